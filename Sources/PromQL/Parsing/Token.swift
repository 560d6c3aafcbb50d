/// One word of a query.
struct Token: Hashable {
    enum Kind: Hashable {
        case endOfInput
        case number
        case duration
        case string
        case identifier
        /// An identifier with a colon in it, which only a metric can have.
        case metricIdentifier
        case aggregation(AggregationOperator)
        case keyword(Keyword)
        case operation(BinaryOperator)
        /// `=`, `=~`, `!~`; `!=` is an operation that matchers use too.
        case matching(String)
        case leftParenthesis, rightParenthesis, leftBrace, rightBrace, leftBracket, rightBracket
        case comma, colon, at
        /// The lexer could not go on; the text is its message.
        case failure(String)
    }

    enum Keyword: String {
        case by, without, on, ignoring, offset, bool, fill, anchored, smoothed
        case groupLeft = "group_left"
        case groupRight = "group_right"
        case fillLeft = "fill_left"
        case fillRight = "fill_right"
        // Words of the language only before a parenthesis, and functions there.
        case start, end, step, range
        case maxOf = "max_of"
        case minOf = "min_of"

        /// Whether the word can call a function.
        var isFunction: Bool {
            switch self {
            case .start, .end, .step, .range, .maxOf, .minOf: true
            default: false
            }
        }
    }

    let kind: Kind
    let range: TextRange

    /// The token in an "unexpected …" message.
    func description(in query: [UInt8]) -> String {
        let text = String(decoding: query[range.start..<range.end], as: UTF8.self)
        switch kind {
        case .endOfInput: return "end of input"
        case .number: return "number " + Token.shortened(text)
        case .duration: return "duration " + Token.shortened(text)
        case .string: return "string " + Token.shortened(text)
        case .identifier: return "identifier " + Token.quoted(text)
        case .metricIdentifier: return "metric identifier " + Token.quoted(text)
        case .aggregation: return "<aggr:\(text)>"
        case .keyword(let keyword): return keyword.isFunction ? Token.shortened(text) : "<\(text)>"
        case .operation, .matching: return "<op:\(text)>"
        default: return Token.shortened(text)
        }
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count > 10 ? quoted(String(text.prefix(10))) + "..." : quoted(text)
    }
}
