extension ByteSink {
    /// Appends the head of an item, in its shortest form.
    mutating func append(head major: UInt8, _ argument: UInt64) {
        let type = major << 5
        switch argument {
        case ..<24: append(byte: type | UInt8(truncatingIfNeeded: argument))
        case ..<0x100: append(byte: type | 24, bigEndian: argument, byteCount: 1)
        case ..<0x1_0000: append(byte: type | 25, bigEndian: argument, byteCount: 2)
        case ..<0x1_0000_0000: append(byte: type | 26, bigEndian: argument, byteCount: 4)
        default: append(byte: type | 27, bigEndian: argument, byteCount: 8)
        }
    }

    private mutating func append(byte: UInt8, bigEndian number: UInt64, byteCount: Int) {
        append(byte: byte)
        for place in 1...byteCount {
            append(byte: UInt8(truncatingIfNeeded: number >> UInt64(truncatingIfNeeded: 8 * (byteCount - place))))
        }
    }

    mutating func append(unsigned number: UInt64) { append(head: 0, number) }

    mutating func append(cborText bytes: UnsafeRawBufferPointer) {
        append(head: 3, UInt64(truncatingIfNeeded: bytes.count))
        append(bytes)
    }

    mutating func append(cborFlag flag: Bool) { append(byte: flag ? 0xf5 : 0xf4) }

    mutating func append(cbor number: ScaledNumber) {
        if number.isNegative { append(head: 1, number.magnitude - 1) } else { append(head: 0, number.magnitude) }
    }

    /// Appends a finite number as a whole one where it is one, else as the shortest float that is exactly it.
    mutating func append(shortest value: Double) {
        let magnitude = value < 0 ? -value : value
        guard magnitude < 0x1p63, isWhole(magnitude) else { return append(shortestFloat: value) }
        let whole = UInt64(magnitude)
        if value < 0, whole > 0 { append(head: 1, whole - 1) } else { append(head: 0, whole) }
    }

    /// Whether a number that is not negative has no fraction.
    private func isWhole(_ magnitude: Double) -> Bool {
        let bits = magnitude.bitPattern
        let exponent = Int(truncatingIfNeeded: bits >> 52) - 1023
        if exponent < 0 { return bits == 0 }
        if exponent >= 52 { return true }
        return bits << UInt64(truncatingIfNeeded: 12 + exponent) == 0
    }

    /// Appends a finite number as the shortest float that is exactly it, subnormal ones of a width left aside.
    mutating func append(shortestFloat value: Double) {
        let bits = value.bitPattern
        let sign = bits >> 63
        let exponent = Int(truncatingIfNeeded: bits >> 52 & 0x7ff) - 1023
        let fraction = bits & (1 << 52 - 1)
        if exponent >= -14, exponent <= 15, fraction & (1 << 42 - 1) == 0 {
            let half = sign << 15 | UInt64(truncatingIfNeeded: exponent + 15) << 10 | fraction >> 42
            append(byte: 0xf9, bigEndian: half, byteCount: 2)
        } else if exponent >= -126, exponent <= 127, fraction & (1 << 29 - 1) == 0 {
            let single = sign << 31 | UInt64(truncatingIfNeeded: exponent + 127) << 23 | fraction >> 29
            append(byte: 0xfa, bigEndian: single, byteCount: 4)
        } else {
            append(byte: 0xfb, bigEndian: bits, byteCount: 8)
        }
    }

    /// Says in the head at `offset` that its array or map has `count` members, one more than it said. With the 24th the
    /// head grows, and what is behind it moves.
    mutating func countUp(headAt offset: Int, major: UInt8, to count: Int) {
        let byte = UInt8(truncatingIfNeeded: count)
        if count < 24 {
            self[offset] = major << 5 | byte
            return
        }
        if count == 24 { insert(byte: 0, at: offset + 1) }
        self[offset] = major << 5 | 24
        self[offset + 1] = byte
    }
}
