/// The symbols of a 2.0 request being written: each distinct string once, numbered in the order of first use.
///
/// Symbol 0 is the empty string. An open-addressing table over the bytes themselves, so that no string is made.
struct SymbolTable {
    /// All symbols one after the other.
    private(set) var bytes: [UInt8] = []
    /// Where in `bytes` each symbol ends.
    private(set) var ends: [Int] = [0]
    /// References, or 0 where a slot is free; its count is a power of two and at least twice the symbols.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)

    var count: Int { ends.count }

    /// The reference of a string, which becomes a symbol if it is none yet.
    mutating func reference(_ string: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = string.baseAddress, !string.isEmpty else { return 0 }
        var slot = SymbolTable.hash(base, string.count) & (slots.count - 1)
        while slots[slot] != 0 {
            if isSymbol(slots[slot], equalTo: string) { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let reference = UInt32(ends.count)
        slots[slot] = reference
        bytes.append(contentsOf: string)
        ends.append(bytes.count)
        if ends.count * 2 > slots.count { grow() }
        return reference
    }

    mutating func reference(_ string: String) -> UInt32 {
        var string = string
        return string.withUTF8 { reference(UnsafeRawBufferPointer($0)) }
    }

    @inline(__always)
    func range(of reference: Int) -> Range<Int> {
        reference == 0 ? 0..<0 : ends[reference - 1]..<ends[reference]
    }

    @inline(__always)
    private func isSymbol(_ reference: UInt32, equalTo string: UnsafeRawBufferPointer) -> Bool {
        let range = range(of: Int(reference))
        guard range.count == string.count else { return false }
        return bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress, let other = string.baseAddress else { return false }
            return ByteWords.areEqual(base + range.lowerBound, other, count: range.count)
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        bytes.withUnsafeBytes { all in
            for reference in 1..<ends.count {
                let range = range(of: reference)
                guard let base = all.baseAddress else { return }
                var slot = SymbolTable.hash(base + range.lowerBound, range.count) & (slots.count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
                slots[slot] = UInt32(reference)
            }
        }
    }

    /// A multiplicative hash over words. The strings are this program's own labels, so nobody can choose them to
    /// collide who could not as well send more of them.
    @inline(__always)
    private static func hash(_ base: UnsafeRawPointer, _ count: Int) -> Int {
        var hash = UInt64(truncatingIfNeeded: count) &* 0x9e37_79b9_7f4a_7c15
        guard count >= 8 else { return mix(hash, ByteWords.loadShort(base, count: count)) }
        var offset = 0
        while offset &+ 8 < count {
            hash = (hash ^ base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xd6e8_feb8_6659_fd93
            hash ^= hash >> 32
            offset &+= 8
        }
        return mix(hash, base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> Int {
        let product = (hash ^ word) &* 0xd6e8_feb8_6659_fd93
        return Int(truncatingIfNeeded: (product ^ product >> 32) >> 1)
    }
}
