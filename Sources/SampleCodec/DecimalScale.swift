/// Decimals as integers: `value = mantissa / 10^exponent`, where that division gives the value back bit for bit.
///
/// A quotient of two numbers that a double holds exactly is rounded correctly, and so is a decimal that was parsed
/// from text: that is why most measured values come back exactly. Whatever does not is an exception.
enum DecimalScale {
    static let exponentLimit = 22
    /// Mantissas of fractions stay below 2^53, where every integer is a double.
    private static let fractionLimit = 9_007_199_254_740_992.0
    private static let integerLimit = 9_223_372_036_854_775_808.0

    static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The mantissa that gives `value` back, or nil.
    @inline(__always)
    static func mantissa(of value: Double, exponent: Int, power: Double) -> Int64? {
        let scaled = (value * power).rounded(.toNearestOrEven)
        guard abs(scaled) < (exponent == 0 ? integerLimit : fractionLimit) else { return nil }
        let mantissa = Int64(scaled)
        return (Double(mantissa) / power).bitPattern == value.bitPattern ? mantissa : nil
    }

    /// The smallest exponent from `start` on that gives `value` back, or nil.
    static func exponent(of value: Double, from start: Int) -> Int? {
        guard value.isFinite else { return nil }
        for exponent in start...exponentLimit {
            let power = powers[exponent]
            if mantissa(of: value, exponent: exponent, power: power) != nil { return exponent }
            if abs(value * power) >= fractionLimit { return nil }
        }
        return nil
    }

    @inline(__always)
    static func value(of mantissa: Int64, power: Double) -> Double { Double(mantissa) / power }
}
