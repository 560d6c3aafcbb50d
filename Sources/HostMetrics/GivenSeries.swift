internal import MetricModel

/// Which series have a value in this run: each may have one. Asked for every sample, at about ten nanoseconds.
///
/// A hash table of the series' identities, which stand for them while the run's samples keep them alive.
struct GivenSeries {
    /// 0 is a free place; a power of two of them, at most half of them taken.
    private var places: [UInt] = []
    private var shift = UInt.bitWidth
    private var count = 0

    /// Forgets all, for the next run.
    mutating func removeAll() {
        count = 0
        places.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
    }

    /// Whether the series is the first time there.
    mutating func insert(_ series: Series) -> Bool {
        if 2 * (count + 1) > places.count { grow() }
        return insert(Self.identity(series))
    }

    func contains(_ series: Series) -> Bool {
        if places.isEmpty { return false }
        let identity = Self.identity(series)
        return places.withUnsafeBufferPointer { $0[Self.place(of: identity, in: $0, shift)] == identity }
    }

    private static func identity(_ series: Series) -> UInt { UInt(bitPattern: ObjectIdentifier(series)) }

    /// Where the identity is, or where it would go.
    private static func place(of identity: UInt, in places: UnsafeBufferPointer<UInt>, _ shift: Int) -> Int {
        // Fibonacci hashing: the upper bits depend on all of the address's.
        var index = Int(truncatingIfNeeded: (identity &* 0x9e37_79b9_7f4a_7c15) &>> UInt(shift))
        while places[index] != 0, places[index] != identity { index = (index &+ 1) & (places.count &- 1) }
        return index
    }

    private mutating func insert(_ identity: UInt) -> Bool {
        let shift = shift
        let isNew = places.withUnsafeMutableBufferPointer { places in
            let index = Self.place(of: identity, in: UnsafeBufferPointer(places), shift)
            if places[index] == identity { return false }
            places[index] = identity
            return true
        }
        if isNew { count += 1 }
        return isNew
    }

    private mutating func grow() {
        let old = places
        let newCount = max(16, 2 * old.count)
        places = [UInt](repeating: 0, count: newCount)
        shift = UInt.bitWidth - newCount.trailingZeroBitCount
        count = 0
        for identity in old where identity != 0 { _ = insert(identity) }
    }
}
