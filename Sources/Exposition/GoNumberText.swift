/// Doubles as Go's strconv writes them, which is what Prometheus's formats are made of.
package enum GoNumberText {
    /// `FormatFloat(value, 'g', -1)`: the shortest digits, `1.234567e+06` from a million or below a ten-thousandth;
    /// `+Inf`, `-Inf`, `NaN`. The number form of text 0.0.4.
    package static func appendGeneral(_ value: Double, to text: inout [UInt8]) {
        append(value, to: &text, exponentFrom: 6, exponentBelow: -4)
    }

    /// The general form as OpenMetrics wants it: with `.0` behind whole numbers.
    package static func appendOpenMetrics(_ value: Double, to text: inout [UInt8]) {
        let start = text.count
        appendGeneral(value, to: &text)
        guard value.isFinite else { return }
        for byte in text[start...] where byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") { return }
        text.append(UInt8(ascii: "."))
        text.append(UInt8(ascii: "0"))
    }

    /// As Prometheus's HTTP API writes sample values: `FormatFloat(value, 'f', -1)`, or `'e'` below 1e-6 and from 1e21.
    package static func appendQueryValue(_ value: Double, to text: inout [UInt8]) {
        append(value, to: &text, exponentFrom: 21, exponentBelow: -6)
    }

    /// Without an exponent, whatever the value.
    static func appendPlain(_ value: Double, to text: inout [UInt8]) {
        append(value, to: &text, exponentFrom: .max, exponentBelow: .min)
    }

    package static func general(_ value: Double) -> String { string(value, appendGeneral) }
    package static func openMetrics(_ value: Double) -> String { string(value, appendOpenMetrics) }
    package static func queryValue(_ value: Double) -> String { string(value, appendQueryValue) }

    private static func string(_ value: Double, _ form: (Double, inout [UInt8]) -> Void) -> String {
        var text: [UInt8] = []
        form(value, &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes with an exponent when the decimal exponent (of d.ddd) is at least `exponentFrom` or below `exponentBelow`.
    private static func append(_ value: Double, to text: inout [UInt8], exponentFrom: Int, exponentBelow: Int) {
        if value == 0 {
            if value.sign == .minus { text.append(UInt8(ascii: "-")) }
            text.append(UInt8(ascii: "0"))
            return
        }
        guard value.isFinite else {
            text.append(contentsOf: value.isNaN ? "NaN".utf8 : value > 0 ? "+Inf".utf8 : "-Inf".utf8)
            return
        }
        if value < 0 { text.append(UInt8(ascii: "-")) }
        let decimal = DecimalDigits(value.magnitude)
        let exponent = decimal.pointPosition - 1
        if exponent < exponentBelow || exponent >= exponentFrom {
            appendScientific(decimal, exponent, to: &text)
        } else {
            appendPlain(decimal, to: &text)
        }
    }

    private static func appendScientific(_ decimal: DecimalDigits, _ exponent: Int, to text: inout [UInt8]) {
        text.append(decimal.digits[0])
        if decimal.count > 1 {
            text.append(UInt8(ascii: "."))
            for index in 1..<decimal.count { text.append(decimal.digits[index]) }
        }
        text.append(UInt8(ascii: "e"))
        text.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let magnitude = exponent.magnitude
        // At least two digits, as in C.
        if magnitude >= 100 { text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / 100)) }
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude / 10 % 10))
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
    }

    private static func appendPlain(_ decimal: DecimalDigits, to text: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        if decimal.pointPosition <= 0 {
            text.append(zero)
            text.append(UInt8(ascii: "."))
            for _ in decimal.pointPosition..<0 { text.append(zero) }
            for index in 0..<decimal.count { text.append(decimal.digits[index]) }
            return
        }
        for index in 0..<decimal.count {
            if index == decimal.pointPosition { text.append(UInt8(ascii: ".")) }
            text.append(decimal.digits[index])
        }
        if decimal.pointPosition > decimal.count {
            for _ in decimal.count..<decimal.pointPosition { text.append(zero) }
        }
    }
}
