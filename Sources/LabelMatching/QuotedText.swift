/// Text in double quotes with Go's escapes, the way Prometheus prints label values and string literals.
package enum QuotedText {
    /// Quotes bytes that may not be UTF-8; those that are not become `\\xNN`.
    package static func quote(_ bytes: [UInt8]) -> String {
        var quoted = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            // A character has at most four bytes; the longest start that is valid text is one.
            let length = (1...4).first { length in
                length <= rest.count && String(validating: rest.prefix(length), as: UTF8.self) != nil
            }
            if let length {
                quoted += quote(String(decoding: rest.prefix(length), as: UTF8.self)).dropFirst().dropLast()
            } else if let byte = rest.first {
                quoted += "\\x" + hexadecimal(UInt32(byte), digits: 2)
            }
            rest = rest.dropFirst(length ?? 1)
        }
        return "\"\(quoted)\""
    }

    package static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": quoted += "\\\\"
            case "\"": quoted += "\\\""
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case "\u{7}": quoted += "\\a"
            case "\u{8}": quoted += "\\b"
            case "\u{c}": quoted += "\\f"
            case "\u{b}": quoted += "\\v"
            case "\u{0}"..<"\u{20}", "\u{7f}": quoted += "\\x" + hexadecimal(scalar.value, digits: 2)
            case _ where isPrinted(scalar): quoted.unicodeScalars.append(scalar)
            case "\u{80}"..."\u{ffff}": quoted += "\\u" + hexadecimal(scalar.value, digits: 4)
            default: quoted += "\\U" + hexadecimal(scalar.value, digits: 8)
            }
        }
        return quoted + "\""
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// Letters, marks, numbers, punctuation, symbols and the space, as in Go's `unicode.IsPrint`: the others may change
    /// what a terminal shows.
    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }
}
