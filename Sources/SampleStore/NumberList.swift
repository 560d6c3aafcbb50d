/// Lists of numbers as JSON text, `[1,5,7]`: readable by people and by SQLite's `json_each`.
enum NumberList {
    static func text(_ numbers: some Sequence<some BinaryInteger>) -> String {
        "[" + numbers.map { String($0) }.joined(separator: ",") + "]"
    }

    /// Nil where the bytes are no such list, or a number does not fit 32 bits.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> [UInt32]? {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return nil }
        guard bytes.count > 2 else { return [] }
        var numbers: [UInt32] = []
        var value: UInt64 = 0
        var digitCount = 0
        for byte in bytes.dropFirst() {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
                digitCount += 1
                guard value <= UInt64(UInt32.max) else { return nil }
                continue
            }
            guard digitCount > 0, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else { return nil }
            numbers.append(UInt32(value))
            (value, digitCount) = (0, 0)
        }
        return digitCount == 0 ? numbers : nil
    }
}
