/// Lists of numbers as LEB128, one behind the other. The view `numbers` of a final file reads them too.
enum NumberList {
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt(bitPattern: number)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Nil where the last number is cut off, or one has more than 48 bits: sums of a few stay within an Int.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [Int]? {
        var numbers: [Int] = []
        numbers.reserveCapacity(bytes.count)
        var (value, shift) = (0, 0)
        for byte in bytes {
            guard shift < 48 else { return nil }
            value |= Int(byte & 0x7f) << shift
            shift += 7
            guard byte < 0x80 else { continue }
            guard value < 1 << 48 else { return nil }
            numbers.append(value)
            (value, shift) = (0, 0)
        }
        return shift == 0 ? numbers : nil
    }
}
