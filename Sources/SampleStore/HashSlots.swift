/// An open-addressing table of numbers by hash: linear probing, at most two thirds full, nothing is removed.
/// What the numbers stand for, and whether two are equal, the owner knows.
struct HashSlots {
    /// 0 is free, else number + 1.
    private var slots: [UInt32] = [UInt32](repeating: 0, count: 16)
    private var count = 0

    /// The number whose hash is `hash` and for which `isMatch` holds.
    @inline(__always)
    func find(_ hash: UInt64, _ isMatch: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isMatch(number) { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Adds a number that is not there yet; `hashOf` gives the hashes of all for a larger table.
    mutating func insert(_ number: Int, hash: UInt64, hashOf: (Int) -> UInt64) {
        if (count + 1) * 3 > slots.count * 2 {
            let old = slots
            slots = [UInt32](repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 { place(entry, hashOf(Int(entry) - 1)) }
        }
        place(UInt32(number + 1), hash)
        count += 1
    }

    private mutating func place(_ entry: UInt32, _ hash: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }
}
