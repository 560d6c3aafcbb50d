extension QueryParser {
    /// `[range]` or `[range:step]` after an expression.
    mutating func rangeOrSubquery(of operand: Expression) throws(ParseError) -> Expression {
        let open = advance().range
        guard current.kind == .number || current.kind == .duration || isSign else {
            try unexpected(in: "subquery or range selector", expected: "number, duration, step(), or range()")
        }
        let range = try positiveDuration()
        if accept(.colon) {
            var step: Int64?
            if current.kind != .rightBracket {
                guard current.kind == .number || current.kind == .duration || isSign else {
                    try unexpected(
                        in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
                }
                step = try positiveDuration()
            }
            guard current.kind == .rightBracket else { try unexpected(in: "subquery selector", expected: "\"]\"") }
            let end = advance().range.end
            return .subquery(
                Subquery(
                    inner: operand, rangeMilliseconds: range, stepMilliseconds: step,
                    textRange: TextRange(operand.textRange.start, end)))
        }
        guard current.kind == .rightBracket else {
            try unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
        }
        let brackets = open.through(advance().range)
        guard case .selector(let selector) = operand else {
            throw error("ranges only allowed for vector selectors", brackets)
        }
        if selector.shift.offsetMilliseconds != 0 {
            throw error("no offset modifiers allowed before range", brackets)
        }
        if selector.shift.fixedTime != nil { throw error("no @ modifiers allowed before range", brackets) }
        return .range(
            RangeSelector(
                selector: selector, rangeMilliseconds: range,
                textRange: TextRange(selector.textRange.start, brackets.end)))
    }

    mutating func offset(of operand: Expression) throws(ParseError) -> Expression {
        advance()
        guard isSign || current.kind == .number || current.kind == .duration else {
            try unexpected(in: "offset", expected: "number, duration, step(), or range()")
        }
        let sign = signFactor()
        guard current.kind == .number || current.kind == .duration else {
            try unexpected(in: "offset", expected: "number, duration, step(), or range()")
        }
        let amount = try milliseconds(advance()) * sign
        return try shifting(
            operand,
            refusal: "offset modifier must be preceded by an instant vector selector or range vector selector "
                + "or a subquery"
        ) { shift in
            if shift.offsetMilliseconds != 0 { return "offset may not be set multiple times" }
            shift.offsetMilliseconds = amount
            return nil
        }
    }

    mutating func fixedTime(of operand: Expression) throws(ParseError) -> Expression {
        advance()
        let fixed: FixedTime
        switch current.kind {
        case .keyword(.start), .keyword(.end):
            fixed = current.kind == .keyword(.start) ? .start : .end
            advance()
            guard accept(.leftParenthesis) else { try unexpected(in: "@", expected: "timestamp") }
            guard accept(.rightParenthesis) else { try unexpected(in: "@", expected: "timestamp") }
        default:
            let sign = isSign ? Double(signFactor()) : 1
            guard current.kind == .number || current.kind == .duration else {
                try unexpected(in: "@", expected: "timestamp")
            }
            let token = advance()
            fixed = .unixMilliseconds(try instant(token, sign: sign))
        }
        return try shifting(
            operand,
            refusal: "@ modifier must be preceded by an instant vector selector or range vector selector "
                + "or a subquery"
        ) { shift in
            if shift.fixedTime != nil { return "@ <timestamp> may not be set multiple times" }
            shift.fixedTime = fixed
            return nil
        }
    }

    /// The number or duration of a token in milliseconds.
    func milliseconds(_ token: Token) throws(ParseError) -> Int64 {
        if token.kind == .duration {
            guard let value = NumberText.duration(text(token)) else {
                throw error("not a valid duration string: \(Token.quoted(text(token)))", token.range)
            }
            return value
        }
        guard let seconds = NumberText.number(text(token)),
            abs(seconds) <= Double(NumberText.maximumMilliseconds) / 1000
        else { throw error("duration out of range", token.range) }
        return Int64((seconds * 1000).rounded(.toNearestOrAwayFromZero))
    }

    private func instant(_ token: Token, sign: Double) throws(ParseError) -> Int64 {
        let seconds: Double
        if token.kind == .duration {
            seconds = Double(try milliseconds(token)) / 1000
        } else {
            seconds = NumberText.number(text(token)) ?? .nan
        }
        // Far enough from the ends of Int64 milliseconds that no offset or range leads over them.
        guard abs(seconds) < 4e15 else {
            throw error("timestamp out of bounds for @ modifier: \(sign * seconds)", token.range)
        }
        return Int64((sign * seconds * 1000).rounded(.toNearestOrAwayFromZero))
    }

    private var isSign: Bool { current.kind == .operation(.add) || current.kind == .operation(.subtract) }

    /// Takes a sign if there is one.
    private mutating func signFactor() -> Int64 {
        guard isSign else { return 1 }
        return advance().kind == .operation(.subtract) ? -1 : 1
    }

    private mutating func positiveDuration() throws(ParseError) -> Int64 {
        let start = current.range.start
        let sign = signFactor()
        guard current.kind == .number || current.kind == .duration else {
            try unexpected(in: "subquery or range selector", expected: "number, duration, step(), or range()")
        }
        let token = advance()
        let amount = try milliseconds(token) * sign
        if amount <= 0 { throw error("duration must be greater than 0", TextRange(start, token.range.end)) }
        return amount
    }

    /// Changes the time shift of a selector, range or subquery; `change` returns a message to refuse.
    private func shifting(
        _ operand: Expression, refusal: String, _ change: (inout TimeShift) -> String?
    ) throws(ParseError) -> Expression {
        let message: String?
        let shifted: Expression
        switch operand {
        case .selector(var node):
            message = change(&node.shift)
            node.textRange.end = lastClosing
            shifted = .selector(node)
        case .range(var node):
            message = change(&node.selector.shift)
            node.textRange.end = lastClosing
            shifted = .range(node)
        case .subquery(var node):
            message = change(&node.shift)
            node.textRange.end = lastClosing
            shifted = .subquery(node)
        default:
            message = refusal
            shifted = operand
        }
        if let message { throw error(message, operand.textRange) }
        return shifted
    }
}
