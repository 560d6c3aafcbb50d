extension [UInt8] {
    mutating func appendFixed(_ integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }

    /// The low `count` bytes of an integer.
    mutating func appendLow(_ integer: UInt64, count: Int) {
        var rest = integer
        for _ in 0..<count {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    /// Unsigned LEB128.
    mutating func appendVarint(_ integer: UInt64) {
        var rest = integer
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    mutating func appendZigzag(_ integer: Int64) {
        appendVarint(UInt64(bitPattern: (integer << 1) ^ (integer >> 63)))
    }

    mutating func appendString(_ string: String) {
        appendVarint(UInt64(string.utf8.count))
        append(contentsOf: string.utf8)
    }
}
