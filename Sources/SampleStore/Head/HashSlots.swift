/// An open-addressing table of numbers by hash: linear probing, at most two thirds full, nothing is removed.
/// What the numbers stand for, and whether two are equal, the owner knows; it is asked only where 32 bits of the hashes
/// are equal.
struct HashSlots {
    /// 0 is free, else the hash's low half above number + 1.
    private var slots: [UInt64] = [UInt64](repeating: 0, count: 16)
    private var count = 0

    /// The number whose hash is `hash` and for which `isMatch` holds.
    @inline(__always)
    func find(_ hash: UInt64, _ isMatch: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        let tag = UInt32(truncatingIfNeeded: hash)
        var slot = Int(tag) & mask
        while slots[slot] != 0 {
            if UInt32(truncatingIfNeeded: slots[slot] >> 32) == tag {
                let number = Int(slots[slot] & 0xffff_ffff) - 1
                if isMatch(number) { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Adds a number that is not there yet.
    mutating func insert(_ number: Int, hash: UInt64) {
        if (count + 1) * 3 > slots.count * 2 {
            let old = slots
            slots = [UInt64](repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 { place(entry) }
        }
        place(UInt64(UInt32(truncatingIfNeeded: hash)) << 32 | UInt64(number + 1))
        count += 1
    }

    private mutating func place(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = Int(entry >> 32) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    var byteCount: Int { slots.count * 8 }
}
