/// A symbol's place in the body and what need be known of it more than once.
struct ReceivedSymbol {
    var start: Int
    var count: Int
    /// Its first eight bytes, big-endian, so that they compare as the bytes do.
    var order: UInt64
    var isUTF8: Bool
    /// Its length where the quick way may take it: UTF-8 of 1 to 127 bytes with 31 readable ones behind it; else 0.
    var quickCount: UInt8

    var range: Range<Int> { Range(uncheckedBounds: (start, start + count)) }
}
