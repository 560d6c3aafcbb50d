extension JSONReader {
    /// The double nearest to `number`, ties to even; infinite where it is too large for one.
    ///
    /// Exact for numbers of up to 64 significant digits. Beyond them only whether anything follows is looked at,
    /// which can be wrong by half a unit in the last place for a number that agrees with a tie in 64 digits.
    package func double(_ number: JSONNumber) -> Double {
        let magnitude = fastDouble(number) ?? exactDouble(number)
        return number.isNegative ? -magnitude : magnitude
    }

    /// Where mantissa and power of ten are both exact as doubles, one operation rounds once and so correctly.
    /// Source: W. Clinger, How to Read Floating Point Numbers Accurately, 1990.
    private func fastDouble(_ number: JSONNumber) -> Double? {
        guard !number.isTruncated, number.mantissa <= 1 << 53 else { return nil }
        let exponent = number.exponent
        guard number.mantissa != 0 else { return 0 }
        guard exponent >= -22, exponent <= 22 else { return nil }
        let mantissa = doubleValue(number.mantissa)
        return exponent < 0 ? mantissa / powerOfTen(-exponent) : mantissa * powerOfTen(exponent)
    }

    /// An estimate, corrected by comparing the exact decimal with the midpoints beside it.
    private func exactDouble(_ number: JSONNumber) -> Double {
        // Ten times the largest double and a tenth of the smallest bound what needs arithmetic.
        let digitCount = decimalDigitCount(number.mantissa)
        guard number.exponent + digitCount <= 310 else { return .infinity }
        guard number.exponent + digitCount >= -325 else { return 0 }
        let decimal = ExactDecimal(text, number.range)
        var nearest = estimate(number)
        while true {
            let isOdd = nearest.bitPattern & 1 == 1
            let above = decimal.compare(withMidpointAbove: nearest)
            if above > 0 || (above == 0 && isOdd) {
                nearest = nearest.nextUp
                if nearest == .infinity { return nearest }
                continue
            }
            if nearest == 0 { return nearest }
            let below = decimal.compare(withMidpointAbove: nearest.nextDown)
            guard below < 0 || (below == 0 && isOdd) else { return nearest }
            nearest = nearest.nextDown
        }
    }

    /// Within a few units in the last place. In two steps, so that no power of ten overflows.
    private func estimate(_ number: JSONNumber) -> Double {
        var value = doubleValue(number.mantissa)
        let half = number.exponent / 2
        value = scale(value, by: half)
        value = scale(value, by: number.exponent - half)
        return min(value, Double.greatestFiniteMagnitude)
    }

    private func scale(_ value: Double, by exponent: Int32) -> Double {
        exponent < 0 ? value / powerOfTen(-exponent) : value * powerOfTen(exponent)
    }
}

/// `value` as a double, rounded once. The standard conversion needs the heap on 32-bit targets; placed below the bits
/// of 2^52, each half of the value is exact.
private func doubleValue(_ value: UInt64) -> Double {
    let twoTo52: UInt64 = 0x4330_0000_0000_0000
    let high = Double(bitPattern: twoTo52 | value >> 32) - 0x1p52
    let low = Double(bitPattern: twoTo52 | value & 0xffff_ffff) - 0x1p52
    return high * 0x1p32 + low
}

/// Exact up to 10^22; what is above is only ever part of an estimate.
private func powerOfTen(_ exponent: Int32) -> Double {
    switch exponent {
    case 0: 1
    case 1: 1e1
    case 2: 1e2
    case 3: 1e3
    case 4: 1e4
    case 5: 1e5
    case 6: 1e6
    case 7: 1e7
    case 8: 1e8
    case 9: 1e9
    case 10: 1e10
    case 11: 1e11
    case 12: 1e12
    case 13: 1e13
    case 14: 1e14
    case 15: 1e15
    case 16: 1e16
    case 17: 1e17
    case 18: 1e18
    case 19: 1e19
    case 20: 1e20
    case 21: 1e21
    case 22: 1e22
    default: powerBySquaring(exponent)
    }
}

private func powerBySquaring(_ exponent: Int32) -> Double {
    var power = 1.0
    var base = 10.0
    var rest = exponent
    while rest > 0 {
        if rest & 1 == 1 { power *= base }
        base *= base
        rest >>= 1
    }
    return power
}

private func decimalDigitCount(_ value: UInt64) -> Int32 {
    var rest = value
    var count: Int32 = 0
    while rest > 0 {
        rest /= 10
        count += 1
    }
    return count
}
