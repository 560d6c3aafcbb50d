/// Numbers in ascending order, as their differences in LEB128; most lists of series in the head are of neighbours.
struct AscendingNumbers {
    private let first: UInt32
    private var last: UInt32
    /// The differences; empty for a single number, which takes no memory.
    private var bytes: [UInt8] = []

    init(_ first: UInt32) {
        self.first = first
        last = first
    }

    /// Appends a number above all before.
    mutating func append(_ number: UInt32) {
        precondition(number > last, "\(number) after \(last)")
        var rest = number - last
        last = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    var array: [UInt32] {
        var numbers = [first]
        var (number, difference, shift) = (first, UInt32(0), UInt32(0))
        for byte in bytes {
            difference |= UInt32(byte & 0x7f) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            number += difference
            numbers.append(number)
            (difference, shift) = (0, 0)
        }
        return numbers
    }

    /// How many there are: each but the first ends with a byte below 0x80.
    var count: Int { bytes.reduce(1) { $1 < 0x80 ? $0 + 1 : $0 } }

    /// Memory beside the value itself, roughly.
    var byteCount: Int { bytes.isEmpty ? 0 : bytes.capacity + 32 }
}
