/// Why a text is not a query, with the place. Messages are those of Prometheus, which users and tools know.
package struct ParseError: Error, Hashable, Sendable, CustomStringConvertible {
    package let range: TextRange
    package let message: String
    /// The text that was parsed, for the position.
    package let query: String

    package var description: String { "\(range.position(in: query)): parse error: \(message)" }
}
