/// Reads what `RangeEncoder` wrote. Bytes past the end count as zero, so any input decodes to something; the caller
/// bounds how much it asks for.
struct RangeDecoder {
    private var cursor: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private let rates: UnsafePointer<UInt32>
    private var code: UInt64 = 0
    private var range: UInt64 = .max

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ rates: UnsafePointer<UInt32>) {
        precondition(offset <= bytes.count, "a code begins within its bytes")
        // Without any bytes both ends may be anywhere.
        let base = bytes.baseAddress ?? UnsafeRawPointer(rates)
        cursor = base + offset
        end = base + bytes.count
        self.rates = rates
        code = UInt64(nextWord()) << 32
        code |= UInt64(nextWord())
    }

    /// A decision that is mostly the same: the processor's guess is worth having.
    @inline(__always)
    mutating func decode(_ bit: UnsafeMutablePointer<AdaptiveBit>) -> Bool {
        let bound = (range >> 17) &* bit.pointee.share
        let decision = code >= bound
        if decision {
            code &-= bound
            range &-= bound
            bit.pointee.learn(.max, rates)
        } else {
            range = bound
            bit.pointee.learn(0, rates)
        }
        if range < 1 << 32 { normalise() }
        return decision
    }

    /// A decision that nobody can guess, 0 or 1, without a branch on it.
    @inline(__always)
    mutating func decodeDigit(_ bit: UnsafeMutablePointer<AdaptiveBit>) -> Int {
        let bound = (range >> 17) &* bit.pointee.share
        let digit: UInt64 = code >= bound ? 1 : 0
        let mask = 0 &- digit
        code &-= bound & mask
        range = bound &+ (mask & (range &- bound &- bound))
        bit.pointee.learn(mask, rates)
        if range < 1 << 32 { normalise() }
        return Int(truncatingIfNeeded: digit)
    }

    @inline(__always)
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
        guard end - cursor >= 4 else {
            let word = Self.lastWord(cursor, end)
            cursor = end
            return word
        }
        let word = UInt32(bigEndian: cursor.loadUnaligned(as: UInt32.self))
        cursor += 4
        return word
    }

    /// The last bytes and zeros after them. Takes no part of the decoder along, so that it stays in registers.
    @inline(never)
    private static func lastWord(_ cursor: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt32 {
        var word: UInt32 = 0
        for index in 0..<4 {
            word = word << 8 | (index < end - cursor ? UInt32(cursor.load(fromByteOffset: index, as: UInt8.self)) : 0)
        }
        return word
    }
}
