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
        if "xuU01234567".utf8.contains(bytes[index]) {
            return "escape sequence is an invalid Unicode code point"
        }
        let code = String(bytes[index], radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 4 - code.count) + code
        let character = String(decoding: [bytes[index]], as: UTF8.self)
        return "unknown escape sequence U+\(padded) '\(character)'"
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
        let text = String(decoding: bytes[start..<(start + digits)], as: UTF8.self)
        guard let value = UInt32(text, radix: radix), !text.hasPrefix("+") else { return nil }
        if isByte { return value <= 255 ? ([UInt8(value)], prefix + digits) : nil }
        guard let scalar = Unicode.Scalar(value) else { return nil }
        return (Array(String(Character(scalar)).utf8), prefix + digits)
    }
}
