/// Binary arithmetic coding into bytes (Martin's range coder with carry): decisions cost what they are unlikely.
struct RangeEncoder {
    /// The lower end of the interval; bit 32 is a carry into bytes that are held back.
    private var low: UInt64 = 0
    private var range: UInt32 = .max
    /// The byte held back for a carry, none before the first, and how many 0xff follow it.
    private var heldByte: UInt8?
    private var heldOnes = 0
    private(set) var output: [UInt8]

    /// Appends to `output`.
    init(appendingTo output: [UInt8]) {
        self.output = output
    }

    @inline(__always)
    mutating func encode(_ decision: Bool, _ bit: inout AdaptiveBit) {
        let bound = (range >> 12) * bit.share
        if decision {
            low += UInt64(bound)
            range -= bound
        } else {
            range = bound
        }
        bit.learn(decision)
        normalise()
    }

    /// Encodes the low `count` bits of `value`, each as likely 0 as 1.
    mutating func encode(plain value: UInt64, count: Int) {
        var rest = count
        while rest > 0 {
            let taken = min(rest, 16)
            rest -= taken
            range >>= UInt32(taken)
            let digits = UInt32(truncatingIfNeeded: value >> UInt64(rest)) & ((1 << UInt32(taken)) - 1)
            low += UInt64(range) * UInt64(digits)
            normalise()
        }
    }

    /// Ends the code with the number in the interval that needs the fewest bytes; the decoder reads zeros after it.
    mutating func finish(startingAt start: Int) -> [UInt8] {
        let end = low + UInt64(range)
        for zeroBits in stride(from: UInt64(32), through: 0, by: -1) {
            let mask = (UInt64(1) << zeroBits) - 1
            let candidate = (low + mask) & ~mask
            if candidate < end {
                low = candidate
                break
            }
        }
        for _ in 0..<5 { shiftLow() }
        while output.count > start, output.last == 0 { output.removeLast() }
        return output
    }

    @inline(__always)
    private mutating func normalise() {
        while range < 1 << 24 {
            range <<= 8
            shiftLow()
        }
    }

    private mutating func shiftLow() {
        if low < 0xff00_0000 || low > 0xffff_ffff {
            let carry = UInt8(truncatingIfNeeded: low >> 32)
            // A carry cannot go past the first byte: the interval began below 2^32.
            if let heldByte { output.append(heldByte &+ carry) }
            for _ in 0..<heldOnes { output.append(0xff &+ carry) }
            heldOnes = 0
            heldByte = UInt8(truncatingIfNeeded: low >> 24)
        } else {
            heldOnes += 1
        }
        low = (low & 0x00ff_ffff) << 8
    }
}
