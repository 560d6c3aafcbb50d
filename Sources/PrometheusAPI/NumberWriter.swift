internal import PromQL

/// Writes numbers as text where they are to stand, without a `String` for those that most answers are made of.
enum NumberWriter {
    /// No number takes more bytes than this.
    static let byteLimit = 40

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    ]

    /// Writes decimal digits and returns their number.
    static func write(_ value: UInt64, to place: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while count < 20, value >= bound {
            count += 1
            // 10^20 does not fit, and is not asked for.
            bound = count < 20 ? bound &* 10 : .max
        }
        var rest = value
        var position = count
        while position > 0 {
            position -= 1
            place[position] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return count
    }

    static func write(_ value: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
        guard value < 0 else { return write(value.magnitude, to: place) }
        place[0] = UInt8(ascii: "-")
        return 1 + write(value.magnitude, to: place + 1)
    }

    /// Milliseconds as seconds, with three decimals where they are not whole.
    static func write(time unixMilliseconds: Int64, to place: UnsafeMutablePointer<UInt8>) -> Int {
        let (seconds, fraction) = unixMilliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        var count = 0
        if unixMilliseconds < 0 {
            place[0] = UInt8(ascii: "-")
            count = 1
        }
        count += write(seconds, to: place + count)
        guard fraction != 0 else { return count }
        place[count] = UInt8(ascii: ".")
        place[count + 1] = 0x30 + UInt8(truncatingIfNeeded: fraction / 100)
        place[count + 2] = 0x30 + UInt8(truncatingIfNeeded: fraction / 10 % 10)
        place[count + 3] = 0x30 + UInt8(truncatingIfNeeded: fraction % 10)
        return count + 4
    }

    /// A sample's value as Prometheus's API has it: the fewest digits that give the number back.
    static func write(_ value: Double, to place: UnsafeMutablePointer<UInt8>) -> Int {
        // Whole numbers are most of what is asked for, and cheap; -0 is not one of them.
        if value.magnitude < 0x1p53 {
            let whole = Int64(value)
            if Double(whole) == value, whole != 0 || value.sign == .plus { return write(whole, to: place) }
        }
        if value.magnitude >= 1e-4, value.magnitude < 1e15 {
            if let count = write(decimal: value, to: place) { return count }
            // In this range Swift and Go print the same shortest digits without an exponent.
            return write(text: value.description, to: place)
        }
        return write(text: GoNumber.api(value), to: place)
    }

    private static func write(text: String, to place: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for byte in text.utf8.prefix(byteLimit) {
            place[count] = byte
            count += 1
        }
        return count
    }

    /// A number that is a decimal of at most 15 digits; nil for others.
    ///
    /// No two of those are the same double, so where one is this number it has the fewest digits. Both the integer and the
    /// power of ten are exact, so their quotient is rounded as the decimal's text would be.
    private static func write(decimal value: Double, to place: UnsafeMutablePointer<UInt8>) -> Int? {
        let magnitude = value.magnitude
        var decimals = 18
        while decimals > 0, magnitude >= powers[19 - decimals] * 1e-4 { decimals -= 1 }
        let power = powers[decimals]
        // Below 10^15 and positive, so there is room for the half and the conversion rounds down.
        var integer = UInt64(magnitude * power + 0.5)
        guard Double(integer) / power == magnitude, integer < 1_000_000_000_000_000 else { return nil }
        for (step, count) in [(UInt64(100_000_000), 8), (10_000, 4), (100, 2), (10, 1)] where decimals >= count {
            let (shorter, rest) = integer.quotientAndRemainder(dividingBy: step)
            if rest == 0 { (integer, decimals) = (shorter, decimals - count) }
        }
        return write(integer, decimals: decimals, isNegative: value < 0, to: place)
    }

    private static func write(
        _ integer: UInt64, decimals: Int, isNegative: Bool, to place: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var start = 0
        if isNegative {
            place[0] = UInt8(ascii: "-")
            start = 1
        }
        let count = write(integer, to: place + start)
        if decimals == 0 { return start + count }
        // At least one digit stands before the point.
        let zeros = max(0, decimals + 1 - count)
        let digits = count + zeros
        if zeros > 0 {
            (place + start + zeros).update(from: place + start, count: count)
            (place + start).update(repeating: 0x30, count: zeros)
        }
        let point = start + digits - decimals
        (place + point + 1).update(from: place + point, count: decimals)
        place[point] = UInt8(ascii: ".")
        return start + digits + 1
    }
}
