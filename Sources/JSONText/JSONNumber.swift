/// A number as it is in the text: `mantissa` × 10^`exponent`, and what did not fit.
package struct JSONNumber {
    /// Where in the text the number is.
    package let range: Range<Int>
    package let isNegative: Bool
    /// The first significant digits, as many as 64 bits hold.
    package let mantissa: UInt64
    /// The power of ten of the mantissa's last digit; ±99,999 stand for anything beyond.
    package let exponent: Int32
    /// Whether digits other than zero were left out of the mantissa.
    package let isTruncated: Bool

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
