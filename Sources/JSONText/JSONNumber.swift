/// A number as it is in the text: `mantissa` × 10^`exponent`, and what did not fit.
package struct JSONNumber {
    // Words of 32 bits, so that a token travels in registers.
    private let start: UInt32
    private let end: UInt32
    /// The first significant digits, as many as 64 bits hold.
    package let mantissa: UInt64
    /// The power of ten of the mantissa's last digit; ±99,999 stand for anything beyond.
    package let exponent: Int32
    package let isNegative: Bool
    /// Whether digits other than zero were left out of the mantissa.
    package let isTruncated: Bool

    init(
        range: Range<Int>, isNegative: Bool, mantissa: UInt64, exponent: Int32, isTruncated: Bool
    ) {
        start = UInt32(truncatingIfNeeded: range.lowerBound)
        end = UInt32(truncatingIfNeeded: range.upperBound)
        self.isNegative = isNegative
        self.mantissa = mantissa
        self.exponent = exponent
        self.isTruncated = isTruncated
    }

    /// Where in the text the number is: `JSONReader.text` has it there exactly as it was written.
    package var range: Range<Int> {
        Range(uncheckedBounds: (Int(truncatingIfNeeded: start), Int(truncatingIfNeeded: end)))
    }

    /// The value where it is a whole number of 64 bits, however it is written (`1`, `1.0`, `10e-1`); else nil.
    package var unsigned: UInt64? {
        guard !isNegative || mantissa == 0 else { return nil }
        return magnitude
    }

    /// The value where it is a whole number of 64 bits with a sign; else nil.
    package var signed: Int64? {
        // By bits, because `Int64(exactly:)` needs the heap on 32-bit targets.
        guard let magnitude else { return nil }
        if isNegative && magnitude == 1 << 63 { return Int64.min }
        guard magnitude < 1 << 63 else { return nil }
        let value = Int64(bitPattern: magnitude)
        return isNegative ? -value : value
    }

    private var magnitude: UInt64? {
        guard !isTruncated else { return nil }
        if mantissa == 0 { return 0 }
        var value = mantissa
        var rest = exponent
        while rest > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
            rest -= 1
        }
        while rest < 0 {
            guard value % 10 == 0 else { return nil }
            value /= 10
            rest += 1
        }
        return value
    }
}
