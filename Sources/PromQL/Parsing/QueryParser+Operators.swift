extension QueryParser {
    /// What may stand between a binary operator and its right operand.
    mutating func binaryModifiers() throws(ParseError) -> (returnsBool: Bool, matching: VectorMatching) {
        var matching = VectorMatching()
        let returnsBool = accept(.keyword(.bool))
        guard current.kind == .keyword(.on) || current.kind == .keyword(.ignoring) else {
            return (returnsBool, matching)
        }
        matching.isOn = advance().kind == .keyword(.on)
        matching.labels = try groupingLabels()
        if current.kind == .keyword(.groupLeft) || current.kind == .keyword(.groupRight) {
            matching.cardinality = advance().kind == .keyword(.groupLeft) ? .manyToOne : .oneToMany
            // A parenthesis here always begins labels, never the right operand; so says Prometheus's grammar.
            if current.kind == .leftParenthesis { matching.included = try groupingLabels() }
        }
        return (returnsBool, matching)
    }

    /// `(label, …)`, possibly empty or with a trailing comma.
    mutating func groupingLabels() throws(ParseError) -> [String] {
        guard accept(.leftParenthesis) else { try unexpected(in: "grouping opts", expected: "\"(\"") }
        var labels: [String] = []
        if accept(.rightParenthesis) { return labels }
        while true {
            labels.append(try groupingLabel())
            if accept(.rightParenthesis) { return labels }
            guard accept(.comma) else { try unexpected(in: "grouping opts", expected: "\",\" or \")\"") }
            if accept(.rightParenthesis) { return labels }
        }
    }

    private mutating func groupingLabel() throws(ParseError) -> String {
        let token = current
        if token.kind == .string {
            advance()
            let name = try decodedString(token)
            if name.isEmpty { throw error("invalid label name for grouping: \"\"", token.range) }
            return name
        }
        if token.kind == .metricIdentifier {
            throw error("invalid label name for grouping: " + Token.quoted(text(token)), token.range)
        }
        guard token.isWord else { try unexpected(in: "grouping opts", expected: "label") }
        advance()
        return text(token)
    }
}
