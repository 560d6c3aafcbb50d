extension QueryParser {
    /// What may stand between a binary operator and its right operand.
    mutating func binaryModifiers() throws(ParseError) -> (returnsBool: Bool, matching: VectorMatching) {
        var matching = VectorMatching()
        let returnsBool = accept(.keyword(.bool))
        if current.kind == .keyword(.on) || current.kind == .keyword(.ignoring) {
            matching.isOn = advance().kind == .keyword(.on)
            matching.labels = try groupingLabels()
            if current.kind == .keyword(.groupLeft) || current.kind == .keyword(.groupRight) {
                matching.cardinality = advance().kind == .keyword(.groupLeft) ? .manyToOne : .oneToMany
                // A parenthesis here always begins labels, never the right operand; so says Prometheus's grammar.
                if current.kind == .leftParenthesis { matching.included = try groupingLabels() }
            }
        }
        try fillModifiers(&matching)
        return (returnsBool, matching)
    }

    /// `fill(value)`, or `fill_left(value)` and `fill_right(value)` in either order.
    private mutating func fillModifiers(_ matching: inout VectorMatching) throws(ParseError) {
        if accept(.keyword(.fill)) {
            let value = try fillValue()
            matching.fillLeft = value
            matching.fillRight = value
        } else if accept(.keyword(.fillLeft)) {
            matching.fillLeft = try fillValue()
            if accept(.keyword(.fillRight)) { matching.fillRight = try fillValue() }
        } else if accept(.keyword(.fillRight)) {
            matching.fillRight = try fillValue()
            if accept(.keyword(.fillLeft)) { matching.fillLeft = try fillValue() }
        }
    }

    private mutating func fillValue() throws(ParseError) -> Double {
        guard accept(.leftParenthesis) else { try unexpected() }
        let isNegative = current.kind == .operation(.subtract)
        if isNegative || current.kind == .operation(.add) { advance() }
        guard current.kind == .number || current.kind == .duration else { try unexpected() }
        let value = try numberValue(advance())
        guard accept(.rightParenthesis) else { try unexpected() }
        return isNegative ? -value : value
    }

    /// Joins two operands. A modifier that could have no effect, as between scalars, is forgotten.
    func joined(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression, returnsBool: Bool,
        _ matching: VectorMatching
    ) throws(ParseError) -> Expression {
        var matching = matching
        let range = left.textRange.through(right.textRange)
        if matching.fills, !options.allowsExperimental {
            throw error("binop fill modifiers are experimental and not enabled", range)
        }
        if matching.labels.isEmpty, !matching.fills, left.type != .vector || right.type != .vector {
            matching = VectorMatching()
        }
        return .binary(
            BinaryOperation(
                operation: operation, left: left, right: right, returnsBool: returnsBool, matching: matching))
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
