/// A text that is its UTF-8 bytes: what names, label values and senders are looked up, compared and ordered by.
///
/// A dictionary of `String` takes texts for one that Unicode calls equivalent ("é" in one piece and in two, the sign for
/// kelvin and the letter K). For Prometheus, for SQLite and on the wire they are two.
package struct ExactText: Sendable {
    package let text: String

    @inlinable
    package init(_ text: String) { self.text = text }
}

extension ExactText: Hashable {
    package static func == (left: ExactText, right: ExactText) -> Bool { left.text.hasEqualBytes(right.text) }

    /// By the bytes as well: the forms of one text are so many that whoever chooses names could make all of a
    /// dictionary's keys meet.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // No byte of UTF-8, so that of two texts one behind the other the border counts.
        hasher.combine(0xff as UInt8)
    }
}

extension ExactText: Comparable {
    package static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension ExactText: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}

extension ExactText: CustomStringConvertible {
    package var description: String { text }
}
