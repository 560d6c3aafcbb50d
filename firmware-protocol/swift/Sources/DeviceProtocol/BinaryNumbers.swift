/// Conversions by bits: the standard ones need the heap on 32-bit targets.
enum BinaryNumbers {
    /// `value` as a double, rounded once. Placed below the bits of 2^52, each half of the value is exact.
    static func double(_ value: UInt64) -> Double {
        let twoTo52: UInt64 = 0x4330_0000_0000_0000
        let high = Double(bitPattern: twoTo52 | value >> 32) - 0x1p52
        let low = Double(bitPattern: twoTo52 | value & 0xffff_ffff) - 0x1p52
        return high * 0x1p32 + low
    }

    /// A float of IEEE 754 with so many bits of exponent and fraction, as a double, which holds all of them.
    static func double(bits: UInt64, exponentBits: UInt64, fractionBits: UInt64) -> Double {
        let fraction = bits & (1 << fractionBits - 1)
        let exponent = bits >> fractionBits & (1 << exponentBits - 1)
        let sign = (bits >> (fractionBits + exponentBits)) << 63
        let bias = UInt64(1) << (exponentBits - 1) - 1
        let magnitude: Double
        if exponent == 1 << exponentBits - 1 {
            magnitude = fraction == 0 ? .infinity : .nan
        } else if exponent == 0 {
            // Subnormal: the fraction times 2^(1 - bias - fractionBits), both exact.
            magnitude = double(fraction) * Double(bitPattern: (1024 - bias - fractionBits) << 52)
        } else {
            magnitude = Double(bitPattern: (exponent + 1023 - bias) << 52 | fraction << (52 - fractionBits))
        }
        return Double(bitPattern: magnitude.bitPattern | sign)
    }
}
