internal import MetricModel

/// Which number each series has, found by the series' identity: an open hash table of numbers alone, four bytes a place.
/// The series themselves are in the caller's list, which every call is given.
struct SeriesNumbers {
    /// A number plus one, 0 where free; a power of two of them, at least a third more than series.
    private var slots: [Int32] = []
    private var count = 0

    func number(of series: Series, in all: [Series]) -> Int? {
        guard !slots.isEmpty else { return nil }
        var place = SeriesNumbers.hash(series) & (slots.count - 1)
        while slots[place] != 0 {
            let number = Int(slots[place]) - 1
            if all[number] === series { return number }
            place = (place + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Takes the last of `all`, which is new.
    mutating func addLast(of all: [Series]) {
        if 4 * (count + 1) > 3 * slots.count {
            rebuild(all, slotCount: max(64, 2 * slots.count))
        } else {
            insert(all.count - 1, all)
        }
    }

    /// Begins anew with these series, in as much memory as before.
    mutating func rebuild(_ all: [Series]) { rebuild(all, slotCount: slots.count) }

    private mutating func rebuild(_ all: [Series], slotCount: Int) {
        slots = [Int32](repeating: 0, count: slotCount)
        count = 0
        for number in all.indices { insert(number, all) }
    }

    private mutating func insert(_ number: Int, _ all: [Series]) {
        var place = SeriesNumbers.hash(all[number]) & (slots.count - 1)
        while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
        slots[place] = Int32(number + 1)
        count += 1
    }

    /// Fibonacci hashing; objects lie at multiples of 16.
    private static func hash(_ series: Series) -> Int {
        let bits = UInt64(UInt(bitPattern: ObjectIdentifier(series)))
        return Int(truncatingIfNeeded: ((bits >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
