/// Binary arithmetic coding into bytes (Martin's range coder, with 64 bits and carry): decisions cost what they are
/// unlikely.
struct RangeEncoder {
    /// The lower end of the interval; what overflows is carried into `output`.
    private var low: UInt64 = 0
    private var range: UInt64 = .max
    private let start: Int
    private let rates: UnsafePointer<UInt32>
    private(set) var output: [UInt8]

    /// Appends to `output`; decisions learn at `rates`.
    init(appendingTo output: [UInt8], _ rates: UnsafePointer<UInt32>) {
        self.output = output
        self.rates = rates
        start = output.count
    }

    @inline(__always)
    mutating func encode(_ decision: Bool, _ bit: UnsafeMutablePointer<AdaptiveBit>) {
        let bound = (range >> 17) &* bit.pointee.share
        if decision {
            add(bound)
            range &-= bound
        } else {
            range = bound
        }
        bit.pointee.learn(decision ? .max : 0, rates)
        normalise()
    }

    /// Encodes the low `count` bits of `value`, each as likely 0 as 1.
    mutating func encode(plain value: UInt64, count: Int) {
        var rest = count
        while rest > 0 {
            let taken = min(rest, 16)
            rest -= taken
            range >>= UInt64(taken)
            add(range &* (value >> UInt64(rest) & ((1 << UInt64(taken)) - 1)))
            normalise()
        }
    }

    /// Ends the code with the number in the interval that needs the fewest bytes; the decoder reads zeros after it.
    mutating func finish() -> [UInt8] {
        var zeroBits: UInt64 = 64
        while true {
            let mask = zeroBits == 64 ? .max : (UInt64(1) << zeroBits) - 1
            let candidate = (low &+ mask) & ~mask
            if candidate &- low < range {
                add(candidate &- low)
                break
            }
            zeroBits -= 8
        }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            output.append(UInt8(truncatingIfNeeded: low >> shift))
        }
        while output.count > start, output.last == 0 { output.removeLast() }
        return output
    }

    @inline(__always)
    private mutating func add(_ amount: UInt64) {
        let (sum, isCarried) = low.addingReportingOverflow(amount)
        low = sum
        if isCarried { carry() }
    }

    /// A carry cannot go past the code's first byte: the interval began below 2^64.
    private mutating func carry() {
        var index = output.count - 1
        while output[index] == 0xff {
            output[index] = 0
            index -= 1
        }
        output[index] += 1
    }

    @inline(__always)
    private mutating func normalise() {
        if range < 1 << 32 {
            for shift in stride(from: UInt64(56), through: 32, by: -8) {
                output.append(UInt8(truncatingIfNeeded: low >> shift))
            }
            low <<= 32
            range <<= 32
        }
    }
}
