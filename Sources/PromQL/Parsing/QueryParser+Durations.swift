internal import Glibc

/// A duration as parsed: fixed, or an expression that the query works out.
struct ParsedDuration {
    var milliseconds: Int64 = 0
    var expression: DurationExpression?

    init(_ node: DurationExpression) {
        guard case .literal(let literal) = node else {
            expression = node
            return
        }
        // Whole nanoseconds first, as Go has durations, and of these whole milliseconds.
        milliseconds = Int64((literal.value * 1e9).rounded(.toNearestOrAwayFromZero) / 1e6)
    }
}

extension QueryParser {
    /// A duration above zero, as in brackets; the words are for the message where there is none.
    mutating func positiveDuration(in context: String, expected: String) throws(ParseError) -> ParsedDuration {
        let node = try durationExpression(atLeast: 0, in: context, expected: expected)
        let duration = ParsedDuration(node)
        if case .literal(let literal) = node, duration.milliseconds <= 0 {
            throw error("duration must be greater than 0", literal.textRange)
        }
        return duration
    }

    /// What may follow `offset`: like any duration, but only parentheses (and two signs) let it go on behind its first
    /// operand, for `a offset 5m * 2` is a product.
    mutating func offsetDuration() throws(ParseError) -> DurationExpression {
        let context = "offset"
        let expected = "number, duration, step(), or range()"
        guard isSign else {
            if current.kind == .leftParenthesis {
                return try durationExpression(atLeast: 0, in: context, expected: expected)
            }
            return try durationOperand(in: context, expected: expected)
        }
        if following.kind == .operation(.add) || following.kind == .operation(.subtract) {
            return try durationExpression(atLeast: 0, in: context, expected: expected)
        }
        let sign = advance()
        return try signed(sign, try durationOperand(in: context, expected: expected))
    }

    /// Operands joined by operators that bind at least as tightly as `minimum`.
    private mutating func durationExpression(
        atLeast minimum: Int, in context: String, expected: String
    ) throws(ParseError) -> DurationExpression {
        try deepen()
        var links = 1
        defer { rise(links) }
        var left: DurationExpression
        if isSign {
            let sign = advance()
            let operand = try durationExpression(
                atLeast: BinaryOperator.unaryPrecedence, in: context, expected: expected)
            left = try signed(sign, operand)
        } else {
            left = try durationOperand(in: context, expected: expected)
        }
        while case .operation(let operation) = current.kind, operation.isArithmetic, operation.precedence >= minimum {
            let mark = advance()
            let right = try durationExpression(
                atLeast: operation.precedence + (operation == .power ? 0 : 1), in: context, expected: expected)
            if case .literal(let literal) = right, literal.value == 0 {
                if operation == .divide { throw error("division by zero", mark.range) }
                if operation == .modulo { throw error("modulo by zero", mark.range) }
            }
            left = .arithmetic(operation, left, right)
            try deepen()
            links += 1
        }
        return left
    }

    private mutating func durationOperand(
        in context: String, expected: String
    ) throws(ParseError) -> DurationExpression {
        let token = current
        switch token.kind {
        case .number, .duration: return .literal(try durationLiteral(advance()))
        case .leftParenthesis:
            advance()
            let inner = try durationExpression(atLeast: 0, in: context, expected: expected)
            guard accept(.rightParenthesis) else { try unexpected(in: context, expected: expected) }
            if case .parenthesised = inner { return inner }
            return .parenthesised(inner, start: token.range.start)
        case .keyword(.step), .keyword(.range):
            advance()
            guard accept(.leftParenthesis), current.kind == .rightParenthesis else {
                try unexpected(in: context, expected: expected)
            }
            let range = token.range.through(advance().range)
            return token.kind == .keyword(.step) ? .step(range) : .range(range)
        case .keyword(.maxOf), .keyword(.minOf):
            advance()
            guard accept(.leftParenthesis) else { try unexpected(in: context, expected: expected) }
            let left = try durationExpression(atLeast: 0, in: context, expected: expected)
            guard accept(.comma) else { try unexpected(in: context, expected: expected) }
            let right = try durationExpression(atLeast: 0, in: context, expected: expected)
            guard accept(.rightParenthesis) else { try unexpected(in: context, expected: expected) }
            return .extreme(isMaximum: token.kind == .keyword(.maxOf), left, right)
        default: try unexpected(in: context, expected: expected)
        }
    }

    private func durationLiteral(_ token: Token) throws(ParseError) -> NumberLiteral {
        let value = try numberValue(token)
        // NaN is refused where the query would use it, as an expression that is no duration.
        guard value.magnitude <= 0x1p63 / 1e9 else { throw error("duration out of range", token.range) }
        return NumberLiteral(value: value, isDuration: token.kind == .duration, textRange: token.range)
    }

    /// A sign and what it stands before: a number takes it in.
    private func signed(_ sign: Token, _ operand: DurationExpression) throws(ParseError) -> DurationExpression {
        let isMinus = sign.kind == .operation(.subtract)
        if case .literal(let literal) = operand {
            return .literal(
                NumberLiteral(
                    value: isMinus ? -literal.value : literal.value, isDuration: literal.isDuration,
                    textRange: sign.range.through(literal.textRange)))
        }
        return isMinus ? .negated(operand, start: sign.range.start) : operand
    }
}
