/// Reads what `RangeEncoder` wrote. Bytes past the end count as zero, so any input decodes to something; the caller
/// bounds how much it asks for.
struct RangeDecoder {
    private let bytes: UnsafeRawBufferPointer
    private let rates: UnsafePointer<UInt32>
    private var offset: Int
    private var code: UInt64 = 0
    private var range: UInt64 = .max

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ rates: UnsafePointer<UInt32>) {
        self.bytes = bytes
        self.offset = offset
        self.rates = rates
        code = UInt64(nextWord()) << 32
        code |= UInt64(nextWord())
    }

    @inline(__always)
    mutating func decode(_ bit: UnsafeMutablePointer<AdaptiveBit>) -> Bool {
        let bound = (range >> 17) &* bit.pointee.share
        let decision = code >= bound
        if decision {
            code &-= bound
            range &-= bound
        } else {
            range = bound
        }
        bit.pointee.learn(decision, rates)
        if range < 1 << 32 { normalise() }
        return decision
    }

    mutating func decodePlain(count: Int) -> UInt64 {
        var value: UInt64 = 0
        var rest = count
        while rest > 0 {
            let taken = min(rest, 16)
            rest -= taken
            range >>= UInt64(taken)
            let digits = min(code / range, (1 << UInt64(taken)) - 1)
            code &-= digits &* range
            value = value << UInt64(taken) | digits
            if range < 1 << 32 { normalise() }
        }
        return value
    }

    @inline(__always)
    private mutating func normalise() {
        range <<= 32
        code = code << 32 | UInt64(nextWord())
    }

    @inline(__always)
    private mutating func nextWord() -> UInt32 {
        guard bytes.count - offset >= 4 else { return lastWord() }
        defer { offset += 4 }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    private mutating func lastWord() -> UInt32 {
        var word: UInt32 = 0
        for _ in 0..<4 {
            word <<= 8
            if offset < bytes.count {
                word |= UInt32(bytes[offset])
                offset += 1
            }
        }
        return word
    }
}
