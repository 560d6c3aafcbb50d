internal import MetricModel

/// The text of os-release(5): assignments as a shell reads them.
enum OSRelease {
    /// How many assignments are kept.
    private static let limit = 256

    static func parse(_ bytes: [UInt8]) throws(DamagedText) -> [String: String] {
        var values: [String: String] = [:]
        var offset = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            defer { offset += line.count + 1 }
            let text = trimmed(line)
            if text.isEmpty || text.first == UInt8(ascii: "#") { continue }
            guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex else {
                throw DamagedText(byteOffset: offset, expected: "NAME=value")
            }
            guard let value = unquoted(text[(equals + 1)...]) else {
                throw DamagedText(byteOffset: offset, expected: "a value whose quotes end")
            }
            guard values.count < limit else { throw DamagedText(byteOffset: offset, expected: "\(limit) values") }
            values[String(decoding: text[..<equals], as: UTF8.self)] = value
        }
        return values
    }

    /// `22.04` of `22.04.1`; nil where it begins with no digit.
    static func versionNumber(_ text: String) -> Double? {
        var number = ""
        for character in text {
            if character.isASCII, character.isNumber {
                number.append(character)
            } else if character == ".", !number.isEmpty, !number.contains(".") {
                number.append(character)
            } else {
                break
            }
        }
        return Double(number.last == "." ? String(number.dropLast()) : number)
    }

    /// The first second of a day, `2027-06-30`.
    static func unixSeconds(date: String) -> Int64? {
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2]), year >= 1, (1...12).contains(month)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return (1...date.daysInMonth).contains(day) ? Int64(date.daysSince1970) * 86_400 : nil
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line.drop { $0 <= 0x20 }
        while let last = line.last, last <= 0x20 { line.removeLast() }
        return line
    }

    /// The value without its quotes and escapes; nil where a quote does not end.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> String? {
        var value: [UInt8] = []
        var quote: UInt8?
        var isEscaped = false
        for byte in text {
            if isEscaped {
                value.append(byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                isEscaped = true
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else {
                value.append(byte)
            }
        }
        return quote == nil && !isEscaped ? String(decoding: value, as: UTF8.self) : nil
    }
}
