internal import LabelMatching

/// Query text → tokens. Comments and white space are left out; the last token is the end or a failure.
///
/// The same characters mean different things inside braces (no keywords there) and inside brackets (durations and a
/// colon there), which is why the lexer keeps track of both.
struct Lexer {
    let bytes: [UInt8]
    var offset = 0
    private var tokens: [Token] = []
    private var openParentheses = 0
    private var isInBraces = false
    private(set) var isInBrackets = false
    /// Whether a colon was seen in the present brackets.
    var hasColon = false
    /// Whether the brackets were just opened: until their first number only durations and what joins them may come.
    var isBeforeFirstNumber = false
    /// Whether any brackets have had a number yet.
    var hasDuration = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    static func tokens(of bytes: [UInt8]) -> [Token] {
        var lexer = Lexer(bytes)
        while lexer.step() {}
        return lexer.tokens
    }

    /// Reads one token; false at the end.
    private mutating func step() -> Bool {
        skipBlanks()
        guard let byte = peek() else { return finish() }
        if isBeforeFirstNumber, byte != UInt8(ascii: ","), !startsNumber(byte) { return insideFreshBrackets(byte) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): return quotedString(byte)
        case UInt8(ascii: ","): return emit(.comma, 1)
        case UInt8(ascii: "}") where isInBraces:
            isInBraces = false
            return emit(.rightBrace, 1)
        default: break
        }
        if isInBraces { return insideBraces(byte) }
        if startsNumber(byte) {
            if isBeforeFirstNumber { hasDuration = true }
            isBeforeFirstNumber = false
            return numberOrDuration()
        }
        if isInBrackets, Lexer.isAlpha(byte) { return wordInBrackets() }
        if Lexer.isAlpha(byte) || (byte == UInt8(ascii: ":") && !isInBrackets) { return word() }
        return symbol(byte)
    }

    private func startsNumber(_ byte: UInt8) -> Bool {
        Lexer.isDigit(byte) || (byte == UInt8(ascii: ".") && Lexer.isDigit(peek(1) ?? 0))
    }

    private mutating func finish() -> Bool {
        if isBeforeFirstNumber { return fail("unexpected end of input in duration expression") }
        if openParentheses > 0 { return fail("unclosed left parenthesis") }
        if isInBrackets { return fail("unclosed left bracket") }
        if isInBraces { return fail("unexpected end of input inside braces") }
        tokens.append(Token(kind: .endOfInput, range: TextRange(bytes.count, bytes.count)))
        return false
    }

    mutating func symbol(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("):
            openParentheses += 1
            return emit(.leftParenthesis, 1)
        case UInt8(ascii: ")"):
            openParentheses -= 1
            if openParentheses < 0 { return fail("unexpected right parenthesis ')'") }
            return emit(.rightParenthesis, 1)
        case UInt8(ascii: "{"):
            isInBraces = true
            return emit(.leftBrace, 1)
        case UInt8(ascii: "["):
            if isInBrackets { return fail("unexpected left bracket '['") }
            isInBrackets = true
            isBeforeFirstNumber = true
            hasColon = false
            return emit(.leftBracket, 1)
        case UInt8(ascii: "]"):
            if !isInBrackets { return fail("unexpected right bracket ']'") }
            isInBrackets = false
            isBeforeFirstNumber = false
            return emit(.rightBracket, 1)
        case UInt8(ascii: ":"):
            if hasColon { return fail("unexpected colon ':'") }
            hasColon = true
            return emit(.colon, 1)
        case UInt8(ascii: "@"): return emit(.at, 1)
        default: return operation(byte)
        }
    }

    private mutating func operation(_ byte: UInt8) -> Bool {
        let next = peek(1)
        switch byte {
        case UInt8(ascii: "+"): return emit(.operation(.add), 1)
        case UInt8(ascii: "-"): return emit(.operation(.subtract), 1)
        case UInt8(ascii: "*"): return emit(.operation(.multiply), 1)
        case UInt8(ascii: "/"): return emit(.operation(.divide), 1)
        case UInt8(ascii: "%"): return emit(.operation(.modulo), 1)
        case UInt8(ascii: "^"): return emit(.operation(.power), 1)
        case UInt8(ascii: "<"):
            if next == UInt8(ascii: "/") { return emit(.operation(.trimUpper), 2) }
            return next == UInt8(ascii: "=") ? emit(.operation(.lessOrEqual), 2) : emit(.operation(.less), 1)
        case UInt8(ascii: ">"):
            if next == UInt8(ascii: "/") { return emit(.operation(.trimLower), 2) }
            return next == UInt8(ascii: "=") ? emit(.operation(.greaterOrEqual), 2) : emit(.operation(.greater), 1)
        case UInt8(ascii: "="):
            if next == UInt8(ascii: "=") { return emit(.operation(.equal), 2) }
            if next == UInt8(ascii: "~") { return fail("unexpected character after '=': '~'") }
            return emit(.matching("="), 1)
        case UInt8(ascii: "!"):
            if next == UInt8(ascii: "=") { return emit(.operation(.notEqual), 2) }
            return fail("unexpected character after '!': \(characterText(at: offset + 1))")
        default: return fail("unexpected character: \(characterText(at: offset))")
        }
    }

    private mutating func insideBraces(_ byte: UInt8) -> Bool {
        let next = peek(1)
        switch byte {
        case UInt8(ascii: "="):
            return next == UInt8(ascii: "~") ? emit(.matching("=~"), 2) : emit(.matching("="), 1)
        case UInt8(ascii: "!"):
            if next == UInt8(ascii: "~") { return emit(.matching("!~"), 2) }
            if next == UInt8(ascii: "=") { return emit(.operation(.notEqual), 2) }
            return fail("unexpected character after '!' inside braces: \(characterText(at: offset + 1))")
        case UInt8(ascii: "{"): return fail("unexpected left brace '{'")
        default: break
        }
        guard Lexer.isAlpha(byte) else {
            return fail("unexpected character inside braces: \(characterText(at: offset))")
        }
        return emit(.identifier, wordLength { Lexer.isAlphaNumeric($0) })
    }

    private mutating func word() -> Bool {
        let length = wordLength { Lexer.isAlphaNumeric($0) || $0 == UInt8(ascii: ":") }
        let text = String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
        if let kind = Token.reserved(text) {
            switch kind {
            case .keyword(.fill), .keyword(.fillLeft), .keyword(.fillRight):
                // These came late to the language, and metrics of these names go on being just that.
                if !isFollowedByParenthesis(offset + length) { return emit(.identifier, length) }
            default: break
            }
            return emit(kind, length)
        }
        return emit(text.contains(":") ? .metricIdentifier : .identifier, length)
    }

    private func isFollowedByParenthesis(_ start: Int) -> Bool {
        bytes[start...].first { !Lexer.isBlank($0) } == UInt8(ascii: "(")
    }

    // MARK: Helpers for all parts of the lexer

    func peek(_ ahead: Int = 0) -> UInt8? {
        offset + ahead < bytes.count ? bytes[offset + ahead] : nil
    }

    mutating func emit(_ kind: Token.Kind, _ length: Int) -> Bool {
        tokens.append(Token(kind: kind, range: TextRange(offset, offset + length)))
        offset += length
        return true
    }

    mutating func fail(_ message: String) -> Bool {
        tokens.append(Token(kind: .failure(message), range: TextRange(offset, bytes.count)))
        return false
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                if isBeforeFirstNumber { return }
                while let rest = peek(), rest != UInt8(ascii: "\n"), rest != UInt8(ascii: "\r") { offset += 1 }
            } else if Lexer.isBlank(byte) {
                offset += 1
            } else {
                return
            }
        }
    }

    func wordLength(_ belongs: (UInt8) -> Bool) -> Int {
        bytes[offset...].prefix(while: belongs).count
    }

    /// The character at an offset in single quotes, as Go prints a rune.
    func characterText(at offset: Int) -> String {
        guard offset < bytes.count else { return "'\\x00'" }
        let text = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
        guard let scalar = text.unicodeScalars.first else { return "''" }
        switch scalar {
        case "'": return "'\\''"
        case "\\": return "'\\\\'"
        case "\n": return "'\\n'"
        default: return "'\(scalar)'"
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isAlpha(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
    static func isAlphaNumeric(_ byte: UInt8) -> Bool { isAlpha(byte) || isDigit(byte) }
}
