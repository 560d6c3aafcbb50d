/// What stands in brackets: durations, and what works durations out.
extension Lexer {
    /// A token between the opening bracket and the first number.
    mutating func insideFreshBrackets(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"):
            guard hasDuration else {
                offset += 1
                return fail("unexpected colon before duration in duration expression")
            }
            if hasColon {
                offset += 1
                return fail("unexpected repeated colon in duration expression")
            }
            return symbol(byte)
        case UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "^"):
            return symbol(byte)
        default: break
        }
        if let (keyword, length) = durationKeyword() {
            // Prometheus's own lexer only takes a number for a duration here, and so refuses `[step():1m]`.
            hasDuration = true
            return emit(.keyword(keyword), length)
        }
        return fail("unexpected character in duration expression: \(characterText(at: offset))")
    }

    /// A word behind the first number.
    mutating func wordInBrackets() -> Bool {
        if let (keyword, length) = durationKeyword() { return emit(.keyword(keyword), length) }
        return fail("unexpected character: \(characterText(at: offset)), expected ':'")
    }

    private func durationKeyword() -> (Token.Keyword, Int)? {
        let length = wordLength(Lexer.isAlpha)
        let text = String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
        switch Token.reserved(text) {
        case .keyword(let keyword) where [.step, .range, .maxOf, .minOf].contains(keyword): return (keyword, length)
        default: return nil
        }
    }
}
