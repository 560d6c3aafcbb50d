/// A quantity as the key of readings in CBOR: known by its code, by its name, or not at all.
struct CBORQuantity {
    /// nil where the code is of a later version.
    var isKnown = true
    var name = TextRange.none
    var unit = TextRange.none
    var hasAxes = false
    /// The code whose name has not been taken into the storage yet: it is once a reading needs it.
    var pending: QuantityCode?
}
