internal import LabelMatching

extension QueryParser {
    /// A primary expression with the ranges, offsets and fixed times that follow it.
    mutating func postfixExpression() throws(ParseError) -> Expression {
        var operand = try primaryExpression()
        var links = 0
        defer { rise(links) }
        while true {
            switch current.kind {
            case .leftBracket:
                operand = try rangeOrSubquery(of: operand)
                try deepen()
                links += 1
            case .keyword(.offset): operand = try offset(of: operand)
            case .keyword(.anchored): operand = try extending(operand, .anchored)
            case .keyword(.smoothed): operand = try extending(operand, .smoothed)
            case .at: operand = try fixedTime(of: operand)
            default: return operand
            }
        }
    }

    private mutating func primaryExpression() throws(ParseError) -> Expression {
        let token = current
        switch token.kind {
        case .number, .duration:
            advance()
            return .number(
                NumberLiteral(
                    value: try numberValue(token), isDuration: token.kind == .duration, textRange: token.range))
        case .string:
            advance()
            return .string(try stringLiteral(token))
        case .leftParenthesis:
            advance()
            let inner = try expression(atLeast: 0)
            guard current.kind == .rightParenthesis else { try unexpected() }
            let end = advance().range.end
            return .parenthesised(Parenthesised(inner: inner, textRange: TextRange(token.range.start, end)))
        case .aggregation(let operation):
            switch following.kind {
            case .leftParenthesis, .keyword(.by), .keyword(.without): return try aggregation(operation)
            default: return .selector(try vectorSelector())
            }
        case .identifier where following.kind == .leftParenthesis: return try call()
        case .keyword(let keyword) where keyword.isFunction && following.kind == .leftParenthesis:
            return try call()
        default: return .selector(try vectorSelector())
        }
    }

    /// `name`, `name{…}` or `{…}`.
    mutating func vectorSelector() throws(ParseError) -> VectorSelector {
        var name = ""
        let start = current.range.start
        var end = current.range.end
        var matchers: [LabelMatcher] = []
        if current.isMetricWord {
            name = text(advance())
        } else if current.kind != .leftBrace {
            try unexpected()
        }
        if accept(.leftBrace) {
            matchers = try labelMatchers()
            end = lastClosing
        }
        if !name.isEmpty { matchers.append(LabelMatcher("__name__", equals: name)) }
        return VectorSelector(name: name, matchers: matchers, textRange: TextRange(start, end))
    }

    private mutating func labelMatchers() throws(ParseError) -> [LabelMatcher] {
        var matchers: [LabelMatcher] = []
        if accept(.rightBrace) { return matchers }
        while true {
            matchers.append(try labelMatcher())
            if accept(.rightBrace) { return matchers }
            guard accept(.comma) else { try unexpected(in: "label matching", expected: "\",\" or \"}\"") }
            if accept(.rightBrace) { return matchers }
        }
    }

    private mutating func labelMatcher() throws(ParseError) -> LabelMatcher {
        let token = current
        guard token.kind == .identifier || token.kind == .string else {
            try unexpected(in: "label matching", expected: "identifier or \"}\"")
        }
        advance()
        let name = token.kind == .string ? try decodedString(token) : text(token)
        let operation: MatchOperation
        switch current.kind {
        case .matching(let symbol): operation = MatchOperation(rawValue: symbol) ?? .equal
        case .operation(.notEqual): operation = .notEqual
        default:
            // A string alone is the metric's name.
            if token.kind == .string, current.kind == .comma || current.kind == .rightBrace {
                return LabelMatcher("__name__", equals: name)
            }
            try unexpected(in: "label matching", expected: "label matching operator")
        }
        advance()
        guard current.kind == .string else { try unexpected(in: "label matching", expected: "string") }
        let value = advance()
        if operation.isPattern { try countPattern(value.range) }
        do {
            return try LabelMatcher(name, operation, try decodedString(value))
        } catch let problem as PatternError {
            throw error(problem.description, token.range.through(value.range))
        } catch let problem as ParseError {
            throw problem
        } catch {
            throw self.error("\(error)", value.range)
        }
    }

    private mutating func call() throws(ParseError) -> Expression {
        let nameToken = advance()
        let arguments = try callArguments()
        let name = text(nameToken)
        guard let function = QueryFunction(rawValue: name) else {
            throw error("unknown function with name \(Token.quoted(name))", nameToken.range)
        }
        if function.signature.isExperimental, !options.allowsExperimental {
            throw error("function \(Token.quoted(name)) is not enabled", nameToken.range)
        }
        return .call(
            Call(
                function: function, arguments: arguments,
                textRange: TextRange(nameToken.range.start, lastClosing)))
    }

    /// `(expression, …)`.
    private mutating func callArguments() throws(ParseError) -> [Expression] {
        advance()
        var arguments: [Expression] = []
        if accept(.rightParenthesis) { return arguments }
        while true {
            arguments.append(try expression(atLeast: 0))
            if accept(.rightParenthesis) { return arguments }
            guard current.kind == .comma else { try unexpected() }
            let comma = advance()
            if current.kind == .rightParenthesis {
                throw error("trailing commas not allowed in function call args", comma.range)
            }
        }
    }

    private mutating func aggregation(_ operation: AggregationOperator) throws(ParseError) -> Expression {
        let start = advance().range.start
        var grouping: [String] = []
        var isWithout = false
        var hasGrouping = false
        if current.kind != .leftParenthesis {
            isWithout = advance().kind == .keyword(.without)
            grouping = try groupingLabels()
            hasGrouping = true
            guard current.kind == .leftParenthesis else { try unexpected(in: "aggregation") }
        }
        let arguments = try callArguments()
        if !hasGrouping, current.kind == .keyword(.by) || current.kind == .keyword(.without) {
            isWithout = advance().kind == .keyword(.without)
            grouping = try groupingLabels()
        }
        let range = TextRange(start, lastClosing)
        if arguments.isEmpty { throw error("no arguments for aggregate expression provided", range) }
        if operation.isExperimental, !options.allowsExperimental {
            throw error(
                "\(operation.rawValue)() is experimental and must be enabled with "
                    + "--enable-feature=promql-experimental-functions", range)
        }
        let wanted = operation.hasParameter ? 2 : 1
        guard arguments.count == wanted else {
            throw error(
                "wrong number of arguments for aggregate expression provided, expected \(wanted), "
                    + "got \(arguments.count)", range)
        }
        return .aggregation(
            Aggregation(
                operation: operation, parameter: operation.hasParameter ? arguments[0] : nil,
                operand: arguments[wanted - 1], grouping: grouping, isWithout: isWithout, textRange: range))
    }

    func decodedString(_ token: Token) throws(ParseError) -> String { try stringLiteral(token).value }

    private func stringLiteral(_ token: Token) throws(ParseError) -> StringLiteral {
        guard let decoded = StringDecoder.decode(bytes[token.range.start..<token.range.end]) else {
            throw error("error unquoting string \(text(token))", token.range)
        }
        let isValid = String(validating: decoded, as: UTF8.self) != nil
        return StringLiteral(
            value: String(decoding: decoded, as: UTF8.self), invalidBytes: isValid ? nil : decoded,
            textRange: token.range)
    }

    func numberValue(_ token: Token) throws(ParseError) -> Double {
        if token.kind == .duration { return Double(try milliseconds(token)) / 1000 }
        guard let value = NumberText.number(text(token)) else {
            throw error("error parsing number: \(Token.quoted(text(token)))", token.range)
        }
        // `Inf` is written so; digits that come to it are too many.
        if value.isInfinite, text(token).utf8.contains(where: Lexer.isDigit) {
            throw error(
                "error parsing number: strconv.ParseFloat: parsing \(Token.quoted(text(token))): value out of range",
                token.range)
        }
        return value
    }
}
