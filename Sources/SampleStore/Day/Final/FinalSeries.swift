/// A series of a final file, as its metric's row names it.
struct FinalSeries: Hashable, Sendable {
    let labelSet: UInt32
    /// Its samples. Most series have one part, which takes no memory of its own.
    var first: FinalPart
    var others: [FinalPart] = []

    var partCount: Int { 1 + others.count }

    /// The part added last.
    var last: FinalPart {
        get { others.last ?? first }
        set { if others.isEmpty { first = newValue } else { others[others.count - 1] = newValue } }
    }
}
