internal import LabelMatching

extension Token {
    static func quoted(_ text: String) -> String { QuotedText.quote(text) }

    /// The same of bytes that are not UTF-8.
    static func quoted(_ bytes: [UInt8]) -> String { QuotedText.quote(bytes) }

    /// The keyword, aggregation or word operator that a word is, whatever its case.
    static func reserved(_ word: String) -> Kind? {
        let lower = word.lowercased()
        if let aggregation = AggregationOperator(rawValue: lower) { return .aggregation(aggregation) }
        if let keyword = Keyword(rawValue: lower) { return .keyword(keyword) }
        switch lower {
        case "and": return .operation(.and)
        case "or": return .operation(.or)
        case "unless": return .operation(.unless)
        case "atan2": return .operation(.arcTangent)
        case "inf", "nan": return .number
        default: return nil
        }
    }

    /// Whether the token can name a metric: identifiers, and those reserved words that cannot be mistaken there.
    var isMetricWord: Bool {
        switch kind {
        case .keyword(.bool), .keyword(.on), .keyword(.ignoring), .keyword(.groupLeft), .keyword(.groupRight),
            .operation(.arcTangent):
            false
        case .metricIdentifier, .keyword(.without): true
        default: isWord
        }
    }

    /// Whether the token can name a label: identifiers and all reserved words.
    var isWord: Bool {
        switch kind {
        case .identifier, .aggregation, .keyword: kind != .keyword(.without)
        case .operation(let operation): operation.isSet || operation == .arcTangent
        default: false
        }
    }
}
