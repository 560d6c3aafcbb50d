internal import PromQL

/// Duration expressions in the form of `parse_query`.
extension JSONBytes {
    /// A field of a node: the expression, or null where the duration is a plain one.
    mutating func duration(_ name: String, _ expression: DurationExpression?) {
        raw(",")
        string(name)
        raw(":")
        if let expression { duration(expression, isWrapped: false) } else { raw("null") }
    }

    private mutating func duration(_ node: DurationExpression, isWrapped: Bool) {
        switch node {
        case .literal(let literal):
            if isWrapped { return operation("+", nil, node, isWrapped: true) }
            raw("{\"type\":\"numberLiteral\",\"val\":")
            string(GoNumber.fixed(literal.value))
            raw(literal.isDuration ? ",\"duration\":true}" : ",\"duration\":false}")
        case .step: operation("step", nil, nil, isWrapped: isWrapped)
        case .range: operation("range", nil, nil, isWrapped: isWrapped)
        case .negated(let inner, _): operation("-", nil, inner, isWrapped: isWrapped)
        case .arithmetic(let operation, let left, let right):
            self.operation(operation.rawValue, left, right, isWrapped: isWrapped)
        case .extreme(let isMaximum, let left, let right):
            operation(isMaximum ? "max_of" : "min_of", left, right, isWrapped: isWrapped)
        case .parenthesised(let inner, _): duration(inner, isWrapped: true)
        }
    }

    private mutating func operation(
        _ name: String, _ left: DurationExpression?, _ right: DurationExpression?, isWrapped: Bool
    ) {
        raw("{\"type\":\"durationExpr\",\"op\":")
        string(name)
        for (side, operand) in [("lhs", left), ("rhs", right)] {
            raw(",\"\(side)\":")
            if let operand { duration(operand, isWrapped: false) } else { raw("null") }
        }
        raw(isWrapped ? ",\"wrapped\":true}" : ",\"wrapped\":false}")
    }
}
