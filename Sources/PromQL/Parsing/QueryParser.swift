package import LabelMatching

/// Query text → checked syntax tree.
///
/// A precedence-climbing parser with one token of look-ahead. It stops at the first error, which is the one that
/// Prometheus reports; messages and positions are Prometheus's.
package struct QueryParser {
    package struct Options: Sendable {
        /// Whether functions, aggregations and modifiers that Prometheus calls experimental are known.
        package var allowsExperimental: Bool
        /// The longest query accepted, in bytes.
        package var byteLimit: Int
        /// How deep a tree may be; evaluation recurses that far.
        package var depthLimit: Int
        /// How many regular expressions a query may have; each may take `CompiledPattern.memoryByteLimit`.
        package var patternLimit: Int

        package init(
            allowsExperimental: Bool = false, byteLimit: Int = 256 << 10, depthLimit: Int = 400,
            patternLimit: Int = 100
        ) {
            self.allowsExperimental = allowsExperimental
            self.byteLimit = byteLimit
            self.depthLimit = depthLimit
            self.patternLimit = patternLimit
        }
    }

    let query: String
    let bytes: [UInt8]
    let options: Options
    private let tokens: [Token]
    private var position = 0
    /// The end of the last token that can end an expression.
    private(set) var lastClosing = 0
    private var depth = 0
    private var patternCount = 0

    private init(_ query: String, _ options: Options) {
        self.query = query
        self.options = options
        bytes = Array(query.utf8)
        tokens = Lexer.tokens(of: bytes)
    }

    /// Parses and type-checks a query.
    package static func parse(_ query: String, _ options: Options = Options()) throws(ParseError) -> Expression {
        guard query.utf8.count <= options.byteLimit else {
            throw ParseError(
                range: TextRange(0, 0), message: "query is longer than \(options.byteLimit) bytes", query: query)
        }
        var parser = QueryParser(query, options)
        let tree = try parser.wholeExpression()
        try TypeChecker(query: query).check(tree)
        return tree
    }

    /// Parses a metric alone, `name{label="value",…}`, as in the test scripts: matchers that all ask for equality.
    package static func parseSelector(_ text: String) throws(ParseError) -> [LabelMatcher] {
        var parser = QueryParser(text, Options())
        if case .failure = parser.current.kind { try parser.unexpected() }
        let primary = try parser.vectorSelector()
        guard parser.current.kind == .endOfInput else { try parser.unexpected() }
        return primary.matchers
    }

    private mutating func wholeExpression() throws(ParseError) -> Expression {
        if current.kind == .endOfInput { throw error("no expression found in input", TextRange(0, 0)) }
        let tree = try expression(atLeast: 0)
        guard current.kind == .endOfInput else { try unexpected() }
        return tree
    }

    // MARK: Tokens

    var current: Token { tokens[position] }
    var following: Token { tokens[min(position + 1, tokens.count - 1)] }

    /// Takes the present token.
    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[position]
        switch token.kind {
        case .rightBrace, .rightParenthesis, .rightBracket, .duration, .number: lastClosing = token.range.end
        default: break
        }
        if position + 1 < tokens.count { position += 1 }
        return token
    }

    /// Takes the present token if it is of this kind.
    mutating func accept(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    func text(_ token: Token) -> String { String(decoding: bytes[token.range.start..<token.range.end], as: UTF8.self) }

    func error(_ message: String, _ range: TextRange) -> ParseError {
        ParseError(range: range, message: message, query: query)
    }

    /// Throws what is wrong with the present token: the lexer's complaint, or that it was not expected here.
    func unexpected(in context: String = "", expected: String = "") throws(ParseError) -> Never {
        if case .failure(let message) = current.kind { throw error(message, current.range) }
        var message = "unexpected " + current.description(in: bytes)
        if !context.isEmpty { message += " in " + context }
        if !expected.isEmpty { message += ", expected " + expected }
        throw error(message, current.range)
    }

    mutating func deepen() throws(ParseError) {
        depth += 1
        if depth > options.depthLimit {
            throw error("expression is nested deeper than \(options.depthLimit) levels", current.range)
        }
    }

    /// Counts a regular expression, before it is compiled.
    mutating func countPattern(_ range: TextRange) throws(ParseError) {
        patternCount += 1
        if patternCount > options.patternLimit {
            throw error("query has more than \(options.patternLimit) regular expressions", range)
        }
    }

    mutating func rise(_ levels: Int = 1) { depth -= levels }

    // MARK: Operators

    /// Parses operands joined by operators that bind at least as tightly as `minimum`.
    mutating func expression(atLeast minimum: Int) throws(ParseError) -> Expression {
        try deepen()
        var left = try unaryExpression()
        // A chain of operators makes a tree as deep as the chain is long.
        var links = 1
        while case .operation(let operation) = current.kind, operation.precedence >= max(minimum, 1) {
            advance()
            let modifiers = try binaryModifiers()
            let isRightAssociative = operation == .power
            let right = try expression(atLeast: operation.precedence + (isRightAssociative ? 0 : 1))
            left = try joined(
                operation, left, right, returnsBool: modifiers.returnsBool, modifiers.matching)
            try deepen()
            links += 1
        }
        rise(links)
        return left
    }

    private mutating func unaryExpression() throws(ParseError) -> Expression {
        guard case .operation(let sign) = current.kind, sign == .add || sign == .subtract else {
            return try postfixExpression()
        }
        let start = advance().range.start
        let operand = try expression(atLeast: BinaryOperator.unaryPrecedence)
        if case .number(let literal) = operand {
            return .number(
                NumberLiteral(
                    value: sign == .subtract ? -literal.value : literal.value, isDuration: literal.isDuration,
                    textRange: TextRange(start, literal.textRange.end)))
        }
        return .unary(UnaryOperation(isMinus: sign == .subtract, operand: operand, start: start))
    }
}
