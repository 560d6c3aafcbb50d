/// A string found by the reader: a range of the text, without its quotes, its escapes not yet undone.
/// Compare it with `JSONReader.matches`, take it out with `JSONReader.copy`.
package struct JSONString {
    // Two words, so that a token travels in registers.
    @usableFromInline let start: UInt32
    @usableFromInline let end: UInt32
    /// Whether there is a backslash among them; without one the range is the string itself.
    package let hasEscapes: Bool

    /// Where in the text the bytes between the quotes are.
    @inlinable package var range: Range<Int> {
        Range(uncheckedBounds: (Int(truncatingIfNeeded: start), Int(truncatingIfNeeded: end)))
    }

    @inlinable
    package init(range: Range<Int>, hasEscapes: Bool) {
        start = UInt32(truncatingIfNeeded: range.lowerBound)
        end = UInt32(truncatingIfNeeded: range.upperBound)
        self.hasEscapes = hasEscapes
    }
}
