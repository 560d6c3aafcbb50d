extension Lexer {
    /// A string in any of the three quotes; its content is decoded later by `StringDecoder`.
    mutating func quotedString(_ quote: UInt8) -> Bool {
        var index = offset + 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == quote { return emit(.string, index + 1 - offset) }
            if quote != UInt8(ascii: "`") {
                if byte == UInt8(ascii: "\n") { break }
                if byte == UInt8(ascii: "\\") {
                    if let message = StringDecoder.problem(ofEscapeAt: index + 1, in: bytes, quote: quote) {
                        return fail(message)
                    }
                    index += 1
                }
            }
            index += 1
        }
        return fail(quote == UInt8(ascii: "`") ? "unterminated raw string" : "unterminated quoted string")
    }

    /// A number, or the number of a duration's first unit with all that follows.
    mutating func numberOrDuration() -> Bool {
        let number = numberLength()
        let after = peek(number)
        if number > 0, !(after.map { Lexer.isAlphaNumeric($0) || $0 == UInt8(ascii: ".") } ?? false) {
            return emit(.number, number)
        }
        if let duration = durationLength() { return emit(.duration, duration) }
        let length = bytes[offset...].prefix { Lexer.isAlphaNumeric($0) || $0 == UInt8(ascii: ".") }.count
        let text = String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
        return fail("bad number or duration syntax: " + Token.quoted(text))
    }

    /// How many bytes from here are a number: decimal with fraction and exponent, or hexadecimal.
    private func numberLength() -> Int {
        var index = offset
        func run(_ belongs: (UInt8) -> Bool) -> Int {
            bytes[index...].prefix { belongs($0) || $0 == UInt8(ascii: "_") }.count
        }
        if bytes[index] == UInt8(ascii: "0"), let mark = peek(1), mark | 0x20 == UInt8(ascii: "x") {
            index += 2
            let digits = run { Lexer.isDigit($0) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66) }
            return digits > 0 ? 2 + digits : 0
        }
        index += run(Lexer.isDigit)
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            index += run(Lexer.isDigit)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            let mark = index
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            let digits = run(Lexer.isDigit)
            if digits == 0 { index = mark } else { index += digits }
        }
        return index - offset
    }

    /// How many bytes from here are a duration such as `1h30m`, or nil.
    private func durationLength() -> Int? {
        var index = offset
        var unitCount = 0
        while index < bytes.count, Lexer.isDigit(bytes[index]) {
            index += bytes[index...].prefix(while: Lexer.isDigit).count
            guard index < bytes.count, "smhdwy".utf8.contains(bytes[index]) else { return nil }
            let isMilli =
                bytes[index] == UInt8(ascii: "m") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "s")
            index += isMilli ? 2 : 1
            unitCount += 1
        }
        if index < bytes.count, Lexer.isAlphaNumeric(bytes[index]) { return nil }
        return unitCount > 0 ? index - offset : nil
    }
}
