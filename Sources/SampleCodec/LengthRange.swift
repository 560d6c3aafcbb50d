/// The bit lengths that a column's numbers have: from `least` on, 2^`depth` of them.
struct LengthRange: Hashable {
    static let depthLimit = 7
    let least: Int
    let depth: Int

    /// The range that holds both lengths, 0 to 64.
    init(least: Int, greatest: Int) {
        self.least = least
        depth = Int.bitWidth - (greatest - least).leadingZeroBitCount
    }

    /// From a header's number; nil where that is none.
    init?(rawValue: UInt64) {
        guard rawValue >> 3 <= 64 else { return nil }
        least = Int(rawValue >> 3)
        depth = Int(rawValue & 7)
    }

    var rawValue: UInt64 { UInt64(least) << 3 | UInt64(depth) }
}
