internal import LabelMatching
internal import MetricModel

/// The newest exemplars of all series, at most `limit` of them and `byteLimit` bytes: a queue in memory. What the log
/// still holds comes back after a restart; day files have none.
struct ExemplarTable {
    /// In the order in which they came; nil before `oldest`.
    private var queue: [SampleColumns.Exemplar?] = []
    private var oldest = 0
    private(set) var byteCount = 0
    /// Exemplars that made room or were left out because of `byteLimit`.
    private(set) var overByteLimit: UInt64 = 0
    /// Senders repeat the same exemplar until there is another.
    private var known: Set<SampleColumns.Exemplar> = []
    private let limit: Int
    private let byteLimit: Int

    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    /// Takes what is within the bounds; answers how many, those that are there already included.
    mutating func add(_ exemplars: [SampleColumns.Exemplar], _ bounds: SampleBounds) -> Int {
        guard limit > 0 else { return 0 }
        var taken = 0
        for exemplar in exemplars
        where exemplar.unixMilliseconds >= bounds.oldest && exemplar.unixMilliseconds <= bounds.newest {
            taken += 1
            guard known.insert(exemplar).inserted else { continue }
            queue.append(exemplar)
            byteCount += Self.byteCount(exemplar)
            makeRoom()
        }
        return taken
    }

    private mutating func makeRoom() {
        if count > limit { dropOldest() }
        while byteCount > byteLimit, count > 0 {
            dropOldest()
            overByteLimit += 1
        }
    }

    private mutating func dropOldest() {
        guard let exemplar = queue[oldest] else { return }
        known.remove(exemplar)
        byteCount -= Self.byteCount(exemplar)
        queue[oldest] = nil
        oldest += 1
        // Half of it is free: moving the rest costs as much as what was dropped.
        guard oldest * 2 > queue.count else { return }
        queue.removeFirst(oldest)
        oldest = 0
    }

    /// Exemplars of one series may share its labels; counted are those that none shares.
    private static func byteCount(_ exemplar: SampleColumns.Exemplar) -> Int {
        MemoryLayout<SampleColumns.Exemplar>.stride + exemplar.series.packed.count + exemplar.labels.packed.count
    }

    /// The exemplars in a range of time of the series for which one of the sets of matchers holds, by series and time.
    func select(_ matcherSets: [[LabelMatcher]], from: Int64, through: Int64) -> [ExemplarColumn] {
        var found: [Labels: [SampleColumns.Exemplar]] = [:]
        for exemplar in queue.lazy.compactMap({ $0 })
        where exemplar.unixMilliseconds >= from && exemplar.unixMilliseconds <= through {
            guard found[exemplar.series] != nil || matcherSets.contains(where: { $0.match(exemplar.series) }) else {
                continue
            }
            found[exemplar.series, default: []].append(exemplar)
        }
        return found.sorted { $0.key < $1.key }.map { series, exemplars in
            ExemplarColumn(
                series: series, exemplars: exemplars.sorted { $0.unixMilliseconds < $1.unixMilliseconds })
        }
    }

    /// Forgets the exemplars in a range of time of the series for which one of the sets of matchers holds.
    mutating func remove(_ matcherSets: [[LabelMatcher]], from: Int64, through: Int64) {
        let isLeaving = { (exemplar: SampleColumns.Exemplar) in
            exemplar.unixMilliseconds >= from && exemplar.unixMilliseconds <= through
                && matcherSets.contains { $0.match(exemplar.series) }
        }
        for exemplar in queue.lazy.compactMap({ $0 }) where isLeaving(exemplar) {
            known.remove(exemplar)
            byteCount -= Self.byteCount(exemplar)
        }
        queue = queue.filter { $0.map { known.contains($0) } ?? false }
        oldest = 0
    }

    var count: Int { queue.count - oldest }
}
