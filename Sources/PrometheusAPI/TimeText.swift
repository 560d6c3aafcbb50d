internal import MetricModel

/// Times as the API's clients write them.
package enum TimeText {
    /// What Prometheus's clients send for everything: its first and last time, with years that RFC 3339 does not know.
    private static let boundaries = [
        "-292273086-05-16T16:47:06Z": APIParameters.earliest,
        "292277025-08-18T07:12:54.999999999Z": APIParameters.latest,
    ]

    /// Seconds since 1970 as a decimal number (rounded to milliseconds), or RFC 3339; in milliseconds.
    package static func unixMilliseconds(_ text: String) -> Int64? {
        if let seconds = decimal(text) {
            // Far enough from the ends of Int64 that no range, offset or lookback leads over them.
            guard seconds.magnitude < 4e15 else { return nil }
            return Int64((seconds * 1000).rounded())
        }
        return rfc3339(text) ?? boundaries[text]
    }

    /// A finite decimal number.
    static func decimal(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// `2015-07-01T20:10:30.781Z`, `…+02:00`.
    private static func rfc3339(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] | 0x20 == UInt8(ascii: "t"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19])
        else { return nil }
        guard (1...12).contains(month), day >= 1, hour < 24, minute < 60, second < 60 else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        guard day <= date.daysInMonth else { return nil }
        var rest = bytes[19...]
        var milliseconds = 0.0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty, let fraction = Double("0." + String(decoding: digits, as: UTF8.self)) else {
                return nil
            }
            milliseconds = (fraction * 1000).rounded(.down)
            rest = rest[digits.endIndex...]
        }
        guard let offset = zone(rest) else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Int64(seconds) * 1000 + Int64(milliseconds)
    }

    /// `Z` or `±hh:mm`, in seconds.
    private static func zone(_ text: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(text)
        if bytes.count == 1, bytes[0] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let hours = number(bytes[1..<3]),
            let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
