/// One line of vectors.txt: a key and its parts, separated by tabs.
struct VectorLine {
    let bytes: UnsafeRawBufferPointer

    /// The part at `index`, 0 being the key; empty where there are fewer.
    subscript(index: Int) -> UnsafeRawBufferPointer {
        var part = 0
        var start = 0
        for offset in 0..<bytes.count where bytes[offset] == 0x09 {
            if part == index { return UnsafeRawBufferPointer(rebasing: bytes[start..<offset]) }
            part += 1
            start = offset + 1
        }
        return UnsafeRawBufferPointer(rebasing: part == index ? bytes[start...] : bytes[bytes.count...])
    }

    func hasKey(_ key: StaticString) -> Bool { sameBytes(self[0], key) }

    /// The whole number in the part at `index`.
    func number(_ index: Int) -> UInt64 {
        var value: UInt64 = 0
        for byte in self[index] { value = value &* 10 &+ UInt64(truncatingIfNeeded: byte &- 0x30) }
        return value
    }
}

func sameBytes(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    sameBytes(bytes, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
}

func sameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
}
