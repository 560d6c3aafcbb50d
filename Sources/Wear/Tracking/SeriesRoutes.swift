internal import MetricModel

/// Which numbers belong to which series, found by the series' identity: an open hash table of references.
///
/// A table of its own, because a `Dictionary` hashes a pointer with SipHash, and every sample of every device, declared
/// or not, is looked up here.
struct SeriesRoutes: Sendable {
    private struct Slot {
        var series: Series?
        var route: Int32
    }

    private var slots: [Slot] = []
    private(set) var count = 0

    /// The route of a series: −1 for none on purpose, nil for one that is not known yet.
    func route(_ series: Series) -> Int32? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var place = SeriesRoutes.hash(series) & mask
        return slots.withUnsafeBufferPointer { slots in
            while let known = slots[place].series {
                if known === series { return slots[place].route }
                place = (place + 1) & mask
            }
            return nil
        }
    }

    mutating func add(_ series: Series, route: Int32) {
        if slots.count < 2 * (count + 1) { grow() }
        insert(series, route)
        count += 1
    }

    mutating func removeAll() {
        slots = []
        count = 0
    }

    private mutating func grow() {
        let before = slots
        slots = [Slot](repeating: Slot(series: nil, route: -1), count: max(64, 2 * before.count))
        for slot in before { if let series = slot.series { insert(series, slot.route) } }
    }

    private mutating func insert(_ series: Series, _ route: Int32) {
        let mask = slots.count - 1
        var place = SeriesRoutes.hash(series) & mask
        while slots[place].series != nil { place = (place + 1) & mask }
        slots[place] = Slot(series: series, route: route)
    }

    /// Fibonacci hashing; objects lie at multiples of 16.
    private static func hash(_ series: Series) -> Int {
        let bits = UInt64(UInt(bitPattern: ObjectIdentifier(series)))
        return Int(truncatingIfNeeded: ((bits >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 32)
    }
}
