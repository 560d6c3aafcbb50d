/// A decimal number as digits × 10^exponent, for exact comparison with binary ones.
struct ExactDecimal {
    private static let digitLimit = 64
    private var digits = BoundedNatural()
    private var exponent: Int32 = 0

    /// Takes the number at `range` of `text`, which the scan has found well-formed and of a magnitude between 1e-325
    /// and 1e310. From the 65th significant digit on, only whether any is not zero is kept: as one more digit 1.
    init(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) {
        var offset = range.lowerBound
        var digitCount = 0
        var isFraction = false
        var hasRest = false
        while offset < range.upperBound, text[offset] | 0x20 != 0x65 {
            let byte = text[offset]
            offset += 1
            if byte == 0x2e { isFraction = true }
            guard byte >= 0x30 else { continue }
            if isFraction { exponent -= 1 }
            if digitCount == 0 && byte == 0x30 { continue }
            guard digitCount < ExactDecimal.digitLimit else {
                exponent += 1
                if byte != 0x30 { hasRest = true }
                continue
            }
            digits.multiplyAdd(10, UInt32(truncatingIfNeeded: byte) - 0x30)
            digitCount += 1
        }
        if hasRest {
            digits.multiplyAdd(10, 1)
            exponent -= 1
        }
        if offset < range.upperBound { exponent += ExactDecimal.writtenExponent(text, offset + 1, range.upperBound) }
    }

    private static func writtenExponent(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int32 {
        var value: Int32 = 0
        var isNegative = false
        for offset in start..<end {
            switch text[offset] {
            case 0x2d: isNegative = true
            case 0x2b: break
            default: if value < 1_000_000 { value = value * 10 + Int32(truncatingIfNeeded: text[offset]) - 0x30 }
            }
        }
        return isNegative ? -value : value
    }

    /// -1, 0 or 1 as this is less than, equal to or greater than the middle between `value` (finite, not negative)
    /// and the double above it. With value = m × 2^q the middle is (2m + 1) × 2^(q - 1); both sides are multiplied by
    /// what makes them whole numbers.
    func compare(withMidpointAbove value: Double) -> Int {
        let biased = Int32(truncatingIfNeeded: value.bitPattern >> 52)
        let fraction = value.bitPattern & (1 << 52 - 1)
        let mantissa = biased == 0 ? fraction : fraction | 1 << 52
        let binaryExponent = max(biased, 1) - 1076
        var left = digits
        var right = BoundedNatural()
        let middle = mantissa << 1 | 1
        right.multiplyAdd(0, UInt32(truncatingIfNeeded: middle >> 32))
        right.shiftLeft(32)
        right.multiplyAdd(1, UInt32(truncatingIfNeeded: middle))
        for _ in 0..<max(exponent, 0) { left.multiplyAdd(5, 0) }
        for _ in 0..<max(-exponent, 0) { right.multiplyAdd(5, 0) }
        let shift = exponent - binaryExponent
        if shift > 0 { left.shiftLeft(Int(truncatingIfNeeded: shift)) } else { right.shiftLeft(Int(-shift)) }
        return left.compare(right)
    }
}
