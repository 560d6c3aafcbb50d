internal import LabelMatching
internal import MetricModel

/// The newest exemplars of all series, at most `limit`: a ring in memory. What the log still holds comes back after a
/// restart; day files have none.
struct ExemplarTable {
    private var ring: [SampleColumns.Exemplar] = []
    private var oldest = 0
    /// Senders repeat the same exemplar until there is another.
    private var known: Set<SampleColumns.Exemplar> = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes what is within the bounds; answers how many, those that are there already included.
    mutating func add(_ exemplars: [SampleColumns.Exemplar], _ bounds: SampleBounds) -> Int {
        guard limit > 0 else { return 0 }
        var taken = 0
        for exemplar in exemplars
        where exemplar.unixMilliseconds >= bounds.oldest && exemplar.unixMilliseconds <= bounds.newest {
            taken += 1
            guard known.insert(exemplar).inserted else { continue }
            if ring.count < limit {
                ring.append(exemplar)
            } else {
                known.remove(ring[oldest])
                ring[oldest] = exemplar
                oldest = (oldest + 1) % limit
            }
        }
        return taken
    }

    /// The exemplars in a range of time of the series for which one of the sets of matchers holds, by series and time.
    func select(_ matcherSets: [[LabelMatcher]], from: Int64, through: Int64) -> [ExemplarColumn] {
        var found: [Labels: [SampleColumns.Exemplar]] = [:]
        for exemplar in ring where exemplar.unixMilliseconds >= from && exemplar.unixMilliseconds <= through {
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

    var count: Int { ring.count }
}
