/// Quoted text → its value, by Go's escapes, of which PromQL's strings have all.
enum StringDecoder {
    /// The bytes of a string given with its quotes, or nil where an escape is not one.
    static func decode(_ quoted: ArraySlice<UInt8>) -> [UInt8]? {
        guard let quote = quoted.first, quoted.count >= 2 else { return nil }
        let body = Array(quoted.dropFirst().dropLast())
        if quote == UInt8(ascii: "`") { return body }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(body.count)
        var index = 0
        while index < body.count {
            guard body[index] == UInt8(ascii: "\\") else {
                decoded.append(body[index])
                index += 1
                continue
            }
            guard let escape = escape(at: index + 1, in: body, quote: quote) else { return nil }
            decoded.append(contentsOf: escape.bytes)
            index += 1 + escape.length
        }
        return decoded
    }

    /// What is wrong with the escape that begins after a backslash, or nil.
    static func problem(ofEscapeAt index: Int, in bytes: [UInt8], quote: UInt8) -> String? {
        guard index < bytes.count else { return "escape sequence not terminated" }
        if escape(at: index, in: bytes, quote: quote) != nil { return nil }
        let start: Int
        let digits: Int
        switch bytes[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "7"): (start, digits) = (index, 3)
        case UInt8(ascii: "x"): (start, digits) = (index + 1, 2)
        case UInt8(ascii: "u"): (start, digits) = (index + 1, 4)
        case UInt8(ascii: "U"): (start, digits) = (index + 1, 8)
        default: return "unknown escape sequence \(character(at: index, in: bytes))"
        }
        for place in start..<(start + digits) {
            guard place < bytes.count else { return "escape sequence not terminated" }
            if !isDigit(bytes[place], radix: start == index ? 8 : 16) {
                return "illegal character \(character(at: place, in: bytes)) in escape sequence"
            }
        }
        return "escape sequence is an invalid Unicode code point"
    }

    /// A character as Go's `%#U` shows it.
    private static func character(at index: Int, in bytes: [UInt8]) -> String {
        let text = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
        guard let scalar = text.unicodeScalars.first else { return "" }
        let code = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return scalar.value < 0x20 || scalar.value == 0x7f ? "U+\(padded)" : "U+\(padded) '\(scalar)'"
    }

    private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"): true
        case UInt8(ascii: "8"), UInt8(ascii: "9"): radix == 16
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): radix == 16
        default: false
        }
    }

    private static func escape(at index: Int, in bytes: [UInt8], quote: UInt8) -> (bytes: [UInt8], length: Int)? {
        guard index < bytes.count else { return nil }
        switch bytes[index] {
        case UInt8(ascii: "a"): return ([7], 1)
        case UInt8(ascii: "b"): return ([8], 1)
        case UInt8(ascii: "f"): return ([12], 1)
        case UInt8(ascii: "n"): return ([10], 1)
        case UInt8(ascii: "r"): return ([13], 1)
        case UInt8(ascii: "t"): return ([9], 1)
        case UInt8(ascii: "v"): return ([11], 1)
        case UInt8(ascii: "\\"): return ([UInt8(ascii: "\\")], 1)
        case quote: return ([quote], 1)
        case UInt8(ascii: "x"): return byteOrScalar(bytes, index + 1, digits: 2, radix: 16, prefix: 1, isByte: true)
        case UInt8(ascii: "u"): return byteOrScalar(bytes, index + 1, digits: 4, radix: 16, prefix: 1, isByte: false)
        case UInt8(ascii: "U"): return byteOrScalar(bytes, index + 1, digits: 8, radix: 16, prefix: 1, isByte: false)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            return byteOrScalar(bytes, index, digits: 3, radix: 8, prefix: 0, isByte: true)
        default: return nil
        }
    }

    private static func byteOrScalar(
        _ bytes: [UInt8], _ start: Int, digits: Int, radix: Int, prefix: Int, isByte: Bool
    ) -> (bytes: [UInt8], length: Int)? {
        guard start + digits <= bytes.count else { return nil }
        let text = bytes[start..<(start + digits)]
        guard text.allSatisfy({ isDigit($0, radix: radix) }),
            let value = UInt32(String(decoding: text, as: UTF8.self), radix: radix)
        else { return nil }
        if isByte { return value <= 255 ? ([UInt8(value)], prefix + digits) : nil }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        return (Array(String(Character(scalar)).utf8), prefix + digits)
    }
}
