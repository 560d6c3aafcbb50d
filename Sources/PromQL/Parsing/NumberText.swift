/// Number and duration text → values.
package enum NumberText {
    /// A number as PromQL writes it: decimal, `0x` hexadecimal, leading-zero octal, `Inf`, `NaN`, with underscores.
    package static func number(_ text: String) -> Double? {
        let lower = text.lowercased()
        switch lower {
        case "nan", "+nan", "-nan": return Double.nan
        case "inf", "+inf", "infinity", "+infinity": return Double.infinity
        case "-inf", "-infinity": return -Double.infinity
        default: break
        }
        guard isDigitSeparated(lower) else { return nil }
        let digits = lower.filter { $0 != "_" }
        if digits.hasPrefix("0x") { return hexadecimal(digits) }
        if digits.count > 1, digits.hasPrefix("0"), let octal = Int64(digits, radix: 8) { return Double(octal) }
        return digits.utf8.allSatisfy({ Lexer.isDigit($0) || "+-.e".utf8.contains($0) }) ? decimal(digits) : nil
    }

    /// A duration such as `1h30m`, in milliseconds; units must descend. nil where it is none or beyond 290 years.
    package static func duration(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [
            ("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000),
            ("s", 1000), ("ms", 1),
        ]
        var rest = Substring(text)
        var next = 0
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let count = Int64(digits), let index = units.firstIndex(where: { $0.0 == unit }), index >= next else {
                return nil
            }
            next = index + 1
            let (product, isOver) = count.multipliedReportingOverflow(by: units[index].1)
            let (sum, isOverToo) = total.addingReportingOverflow(product)
            guard !isOver, !isOverToo, sum <= maximumMilliseconds else { return nil }
            total = sum
        }
        return next > 0 ? total : nil
    }

    /// The longest duration there is: what fits Go's signed 64-bit nanoseconds.
    package static let maximumMilliseconds = Int64.max / 1_000_000

    private static func decimal(_ digits: String) -> Double? {
        // Swift refuses a point without digits on both sides, PromQL does not.
        var text = digits
        if text.hasPrefix(".") { text = "0" + text }
        text = text.replacing(".e", with: ".0e")
        if text.hasSuffix(".") { text += "0" }
        return Double(text)
    }

    private static func hexadecimal(_ digits: String) -> Double? {
        var value = 0.0
        for digit in digits.dropFirst(2) {
            guard let digitValue = digit.hexDigitValue else { return nil }
            value = value * 16 + Double(digitValue)
        }
        return digits.count > 2 ? value : nil
    }

    /// Underscores may only stand between digits (or after the hexadecimal prefix).
    private static func isDigitSeparated(_ text: String) -> Bool {
        let characters = Array(text)
        for (index, character) in characters.enumerated() where character == "_" {
            guard index > 0, index + 1 < characters.count else { return false }
            let before = characters[index - 1]
            guard before.isHexDigit || before == "x", characters[index + 1].isHexDigit else { return false }
        }
        return true
    }
}
