/// Reads bits from the highest of the first byte on.
struct BitReader {
    private let bytes: UnsafeRawBufferPointer
    /// In bits.
    private var offset: Int
    private let end: Int

    /// Every read is preceded by a check against the end, which is that of `bytes`.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        offset = 0
        end = bytes.count * 8
    }

    /// The next bit, or nil at the end.
    @inline(__always)
    mutating func bit() -> Bool? {
        guard offset < end else { return nil }
        defer { offset += 1 }
        return bytes[offset >> 3] & (0x80 >> UInt8(truncatingIfNeeded: offset & 7)) != 0
    }

    /// The next `count` bits as a number, 0 to 64, or nil where there are fewer.
    @inline(__always)
    mutating func bits(_ count: Int) -> UInt64? {
        guard count <= end - offset else { return nil }
        var value: UInt64 = 0
        var rest = count
        while rest > 0 {
            let within = offset & 7
            let taken = min(8 - within, rest)
            let byte = UInt64(bytes[offset >> 3])
            value = value << UInt64(taken) | byte >> UInt64(8 - within - taken) & (1 << UInt64(taken) - 1)
            offset += taken
            rest -= taken
        }
        return value
    }

    /// A base-128 number whose bytes stand at any bit; bits past the 64th are dropped. Nil at the end or past ten bytes.
    mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = bits(8) else { return nil }
            value |= (byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
