/// Numbers as Go prints them, which is how Prometheus's users and tools know them.
package enum GoNumber {
    /// The shortest digits that give the number back, without a point, and the power of ten of the first digit.
    private static func shortest(_ magnitude: Double) -> (digits: [UInt8], exponent: Int) {
        if magnitude == 0 { return ([0x30], 0) }
        var digits: [UInt8] = []
        var pointPosition: Int?
        var exponent = 0
        var text = Array(magnitude.description.utf8)[...]
        if let mark = text.firstIndex(of: UInt8(ascii: "e")) {
            exponent = Int(String(decoding: text[(mark + 1)...], as: UTF8.self)) ?? 0
            text = text[..<mark]
        }
        for byte in text {
            if byte == UInt8(ascii: ".") { pointPosition = digits.count } else { digits.append(byte) }
        }
        var first = (pointPosition ?? digits.count) - 1 + exponent
        let leading = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(leading)
        first -= leading
        while digits.count > 1, digits.last == 0x30 { digits.removeLast() }
        return (digits, first)
    }

    private static func special(_ value: Double) -> String? {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return nil
    }

    /// `strconv.FormatFloat(value, 'f', -1, 64)`: never with an exponent.
    package static func fixed(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, exponent) = shortest(value.magnitude)
        var text: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
        if exponent < 0 {
            text += [0x30, UInt8(ascii: ".")]
            text += Array(repeating: 0x30, count: -exponent - 1)
            text += digits
        } else {
            for index in 0..<max(digits.count, exponent + 1) {
                if index == exponent + 1 { text.append(UInt8(ascii: ".")) }
                text.append(index < digits.count ? digits[index] : 0x30)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `strconv.FormatFloat(value, 'e', -1, 64)`, exponents of two digits at least.
    package static func scientific(_ value: Double) -> String {
        if let special = special(value) { return special }
        let (digits, exponent) = shortest(value.magnitude)
        var text: [UInt8] = value.sign == .minus ? [UInt8(ascii: "-")] : []
        text.append(digits[0])
        if digits.count > 1 { text += [UInt8(ascii: ".")] + digits.dropFirst() }
        text += Array((exponent < 0 ? "e-" : "e+").utf8)
        let magnitude = String(exponent.magnitude)
        return String(decoding: text, as: UTF8.self) + (magnitude.count < 2 ? "0" : "") + magnitude
    }

    /// Go's `%g`: as short as possible, scientific below 1e-4 and from 1e6.
    package static func general(_ value: Double) -> String {
        if let special = special(value) { return special }
        if value == 0 { return fixed(value) }
        let exponent = shortest(value.magnitude).exponent
        return exponent < -4 || exponent >= 6 ? scientific(value) : fixed(value)
    }

    /// OpenMetrics' numbers in labels: `%g` with `.0` where it looks like an integer.
    package static func openMetrics(_ value: Double) -> String {
        let text = general(value)
        return value.isFinite && text.utf8.allSatisfy { Lexer.isDigit($0) || $0 == UInt8(ascii: "-") }
            ? text + ".0" : text
    }

    /// The number format of Prometheus's HTTP API: scientific below 1e-6 and from 1e21.
    package static func api(_ value: Double) -> String {
        let magnitude = value.magnitude
        if magnitude != 0, magnitude < 1e-6 || (magnitude >= 1e21 && magnitude.isFinite) { return scientific(value) }
        return fixed(value)
    }

    /// Go's `%.2g`: two significant digits.
    package static func twoDigits(_ value: Double) -> String {
        if let special = special(value) { return special }
        if value == 0 { return "0" }
        var (digits, exponent) = shortest(value.magnitude)
        if digits.count > 2 {
            let isUp = digits[2] >= 0x35
            var rounded = (Int(digits[0]) - 0x30) * 10 + Int(digits[1]) - 0x30 + (isUp ? 1 : 0)
            if rounded == 100 {
                rounded = 10
                exponent += 1
            }
            digits = Array(String(rounded).utf8)
            if digits[1] == 0x30 { digits.removeLast() }
        }
        let text =
            String(decoding: [digits[0]], as: UTF8.self)
            + (digits.count > 1 ? "." + String(decoding: [digits[1]], as: UTF8.self) : "") + "e\(exponent)"
        let short = (value < 0 ? -1 : 1) * (Double(text) ?? value)
        return exponent < -4 || exponent >= 2 ? scientific(short) : fixed(short)
    }

    /// Go's `%.<decimals>f` for numbers of ordinary size.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        if let special = special(value) { return special }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
        guard scaled < 9e18 else { return fixed(value) }
        let whole = UInt64(scaled)
        var digits = String(whole)
        digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let text = decimals > 0 ? digits.dropLast(decimals) + "." + digits.suffix(decimals) : digits[...]
        return (value < 0 ? "-" : "") + String(text)
    }
}
