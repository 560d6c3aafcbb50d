/// The members of a JSON object that name a quantity, as far as they have been read.
struct NamedQuantity {
    var quantity = TextRange.none
    var channel = TextRange.none
    var unit = TextRange.none
    var hasQuantity = false
    var hasChannel = false
    var hasUnit = false
}
