/// Reads what `RangeEncoder` wrote. Bytes past the end count as zero, so any input decodes to something; the caller
/// bounds how much it asks for.
struct RangeDecoder {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int
    private var code: UInt32 = 0
    private var range: UInt32 = .max

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        self.bytes = bytes
        self.offset = offset
        for _ in 0..<4 { code = code << 8 | UInt32(nextByte()) }
    }

    @inline(__always)
    mutating func decode(_ bit: inout AdaptiveBit) -> Bool {
        let bound = (range >> 12) * bit.share
        let decision = code >= bound
        if decision {
            code -= bound
            range -= bound
        } else {
            range = bound
        }
        bit.learn(decision)
        normalise()
        return decision
    }

    mutating func decodePlain(count: Int) -> UInt64 {
        var value: UInt64 = 0
        var rest = count
        while rest > 0 {
            let taken = min(rest, 16)
            rest -= taken
            range >>= UInt32(taken)
            let digits = min(code / range, (1 << UInt32(taken)) - 1)
            code -= digits * range
            value = value << UInt64(taken) | UInt64(digits)
            normalise()
        }
        return value
    }

    @inline(__always)
    private mutating func normalise() {
        while range < 1 << 24 {
            range <<= 8
            code = code << 8 | UInt32(nextByte())
        }
    }

    @inline(__always)
    private mutating func nextByte() -> UInt8 {
        guard offset < bytes.count else { return 0 }
        defer { offset += 1 }
        return bytes[offset]
    }
}
