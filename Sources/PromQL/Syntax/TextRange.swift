/// A part of a query's text, in UTF-8 byte offsets.
package struct TextRange: Hashable, Sendable {
    package var start: Int
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// From the start of one part to the end of another.
    func through(_ other: TextRange) -> TextRange { TextRange(start, other.end) }

    /// `line:column` of the start, both from 1, columns in bytes, as Prometheus prints positions.
    package func position(in query: String) -> String {
        if query.isEmpty { return "unknown position" }
        guard start <= query.utf8.count else { return "invalid position" }
        let before = query.utf8.prefix(start)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return "\(line):\(column)"
    }
}
