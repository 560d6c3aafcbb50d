/// A string found by the reader: a range of the text, without its quotes, its escapes not yet undone.
/// Compare it with `JSONReader.matches`, take it out with `JSONReader.copy`.
package struct JSONString {
    /// Where in the text the bytes between the quotes are.
    package let range: Range<Int>
    /// Whether there is a backslash among them; without one the range is the string itself.
    package let hasEscapes: Bool

    @inlinable
    package init(range: Range<Int>, hasEscapes: Bool) {
        self.range = range
        self.hasEscapes = hasEscapes
    }
}
