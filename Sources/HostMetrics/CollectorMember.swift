internal import LinuxSystem
internal import MetricModel
internal import Synchronization

/// One collector and what it keeps between runs.
///
/// Unchecked, because the runner sees to it that at most one thread is inside: a collector that is stuck is not begun
/// again before it has come back.
final class CollectorMember: @unchecked Sendable {
    let name: String
    /// What the sampler says of it.
    let successSeries: Series
    let durationSeries: Series
    let stuckSeries: Series
    private let collector: any HostCollector
    private let book: SeriesBook
    private static let success = MetricFamily(
        "node_scrape_collector_success", .gauge, help: "1 when the collector read all it knows of, else 0.",
        labels: ["collector"])
    private static let duration = MetricFamily(
        "node_scrape_collector_duration_seconds", .gauge, help: "How long the collector took in this scrape.",
        unit: "seconds", labels: ["collector"])
    private static let stuck = MetricFamily(
        "wayside_collector_stuck", .gauge,
        help: "1 while a read of the collector does not come back; its samples are missing, the others are not.",
        labels: ["collector"])

    init(name: String, collector: any HostCollector, scope: SeriesScope) {
        self.name = name
        self.collector = collector
        book = SeriesBook(scope: scope)
        successSeries = Series(family: Self.success, scope: scope, labelValues: [name])
        durationSeries = Series(family: Self.duration, scope: scope, labelValues: [name])
        stuckSeries = Series(family: Self.stuck, scope: scope, labelValues: [name])
    }

    /// How a run went; its samples are in the run's `CollectedSamples`, all that was read before any error.
    struct Result: Sendable {
        let error: CollectorError?
        /// What else is wrong.
        let remarks: [CollectorError]
        /// Samples left out because there were too many series.
        let refusedCount: UInt64
    }

    func collect(_ run: CollectorRun, memory: CollectorMemory, budget: SeriesBudget) -> Result {
        let start = Clocks.monotonicNanoseconds()
        let before = book.table.count
        book.table.limit = before + budget.free
        var output = CollectorOutput(run: run.number, clock: run.clock, book: book, memory: memory)
        var failure: CollectorError?
        do throws(CollectorError) { try collector.collect(into: &output) } catch { failure = error }
        let foreignCount = collector.isForeign ? output.samples.count : 0
        output.append(durationSeries, Double(Clocks.monotonicNanoseconds() - start) / 1e9)
        output.append(successSeries, failure == nil ? 1 : 0)
        output.finish()
        budget.note(book.table.count - before)
        run.samples.append(output.samples, foreignCount: foreignCount, of: self, run: run.number)
        memory.samples = output.samples
        return Result(error: failure, remarks: output.remarks, refusedCount: output.refusedCount)
    }
}

/// A run of the sampler, for every collector the same.
struct CollectorRun: Sendable {
    /// Rises with each run; lets sources be read once a run.
    let number: UInt64
    let clock: ClockReading
    let samples: CollectedSamples
}

/// How many series the collectors may have together.
final class SeriesBudget: Sendable {
    private let limit: Int
    private let used = Atomic(0)

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { used.load(ordering: .relaxed) }
    var free: Int { max(0, limit - count) }

    func note(_ change: Int) { used.add(change, ordering: .relaxed) }
}
