extension QueryParser {
    /// `[range]` or `[range:step]` after an expression.
    mutating func rangeOrSubquery(of operand: Expression) throws(ParseError) -> Expression {
        let open = advance().range
        let range = try positiveDuration(
            in: "subquery or range selector", expected: "number, duration, step(), or range()")
        if accept(.colon) { return try subquery(of: operand, range) }
        guard current.kind == .rightBracket else {
            try unexpected(in: "subquery or range", expected: "\":\" or \"]\"")
        }
        let brackets = open.through(advance().range)
        guard case .selector(let selector) = operand else {
            throw error("ranges only allowed for vector selectors", brackets)
        }
        if selector.shift.hasOffset { throw error("no offset modifiers allowed before range", brackets) }
        if selector.shift.fixedTime != nil { throw error("no @ modifiers allowed before range", brackets) }
        return .range(
            RangeSelector(
                selector: selector, rangeMilliseconds: range.milliseconds, rangeExpression: range.expression,
                textRange: TextRange(selector.textRange.start, brackets.end)))
    }

    /// The rest of a subquery, behind its colon.
    private mutating func subquery(of inner: Expression, _ range: ParsedDuration) throws(ParseError) -> Expression {
        var step: ParsedDuration?
        if current.kind != .rightBracket {
            step = try positiveDuration(
                in: "subquery selector", expected: "number, duration, step(), range(), or \"]\"")
        }
        guard current.kind == .rightBracket else { try unexpected(in: "subquery selector", expected: "\"]\"") }
        let end = advance().range.end
        return .subquery(
            Subquery(
                inner: inner, rangeMilliseconds: range.milliseconds, rangeExpression: range.expression,
                stepMilliseconds: step?.expression == nil ? step?.milliseconds : nil,
                stepExpression: step?.expression, textRange: TextRange(inner.textRange.start, end)))
    }

    mutating func offset(of operand: Expression) throws(ParseError) -> Expression {
        advance()
        let offset = ParsedDuration(try offsetDuration())
        return try shifting(
            operand,
            refusal: "offset modifier must be preceded by an instant vector selector or range vector selector "
                + "or a subquery"
        ) { shift in
            if shift.hasOffset { return "offset may not be set multiple times" }
            shift.offsetMilliseconds = offset.milliseconds
            shift.offsetExpression = offset.expression
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
            fixed = .unixMilliseconds(try instant(token, sign: sign, of: operand))
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

    /// The duration of a token in milliseconds.
    func milliseconds(_ token: Token) throws(ParseError) -> Int64 {
        guard let value = NumberText.duration(text(token)) else {
            throw error("not a valid duration string: \(Token.quoted(text(token)))", token.range)
        }
        return value
    }

    private func instant(_ token: Token, sign: Double, of operand: Expression) throws(ParseError) -> Int64 {
        let seconds: Double
        if token.kind == .duration {
            seconds = Double(try milliseconds(token)) / 1000
        } else {
            seconds = NumberText.number(text(token)) ?? .nan
        }
        // Far enough from the ends of Int64 milliseconds that no offset or range leads over them.
        guard abs(seconds) < 4e15 else {
            // So far out there are no fractions.
            let text = GoNumber.fixed(sign * seconds) + (seconds.isFinite ? ".000000" : "")
            throw error("timestamp out of bounds for @ modifier: \(text)", operand.textRange)
        }
        return Int64((sign * seconds * 1000).rounded(.toNearestOrAwayFromZero))
    }

    var isSign: Bool { current.kind == .operation(.add) || current.kind == .operation(.subtract) }

    /// Takes a sign if there is one.
    private mutating func signFactor() -> Int64 {
        guard isSign else { return 1 }
        return advance().kind == .operation(.subtract) ? -1 : 1
    }

    /// `anchored` or `smoothed` behind a selector, with or without a range.
    mutating func extending(_ operand: Expression, _ rangeExtension: RangeExtension) throws(ParseError) -> Expression {
        advance()
        let name = rangeExtension.rawValue
        guard options.allowsExperimental else {
            throw error("\(name) modifier is experimental and not enabled", operand.textRange)
        }
        var selector: VectorSelector
        switch operand {
        case .selector(let node): selector = node
        case .range(let node): selector = node.selector
        case .subquery: throw error("\(name) modifier is not supported for subqueries", operand.textRange)
        default: throw error("\(name) modifier not implemented", operand.textRange)
        }
        if let other = selector.rangeExtension, other != rangeExtension {
            throw error("anchored and smoothed modifiers cannot be used together", operand.textRange)
        }
        selector.rangeExtension = rangeExtension
        guard case .range(var range) = operand else { return .selector(selector) }
        range.selector = selector
        return .range(range)
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
