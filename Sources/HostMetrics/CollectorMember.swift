internal import LinuxSystem
internal import MetricModel
internal import Synchronization

/// One collector and what it keeps between runs.
///
/// Unchecked, because the runner sees to it that at most one thread is inside: a collector that is stuck is not begun
/// again before it has come back.
final class CollectorMember: @unchecked Sendable {
    let name: String
    private let collector: any HostCollector
    private var kept: CollectorOutput.Kept
    private var lastSampleCount = 0

    init(name: String, collector: any HostCollector, scope: SeriesScope) {
        self.name = name
        self.collector = collector
        kept = CollectorOutput.Kept(table: SeriesTable(scope: scope, limit: 0))
    }

    /// What a run gave: all that was read before any error.
    struct Result: Sendable {
        let samples: [Sample]
        let error: CollectorError?
        /// What else is wrong.
        let remarks: [CollectorError]
        let nanoseconds: Int64
        /// Samples left out because there were too many series.
        let refusedCount: UInt64
    }

    func collect(_ run: CollectorRun, buffer: ReadBuffer, budget: SeriesBudget) -> Result {
        let start = Clocks.monotonicNanoseconds()
        let before = kept.table.count
        kept.table.limit = before + budget.free
        var output = CollectorOutput(
            run: run.number, clock: run.clock, buffer: buffer, kept: kept, sampleCount: lastSampleCount)
        // The table now lives in the output; a second reference would make it copy itself at each new series.
        kept = CollectorOutput.Kept(table: SeriesTable(scope: kept.table.scope, limit: 0))
        var failure: CollectorError?
        do throws(CollectorError) { try collector.collect(into: &output) } catch { failure = error }
        let given = output.finish()
        kept = given.kept
        budget.note(kept.table.count - before)
        lastSampleCount = given.batch.samples.count
        return Result(
            samples: given.batch.samples, error: failure, remarks: given.remarks,
            nanoseconds: Clocks.monotonicNanoseconds() - start,
            refusedCount: given.refusedCount)
    }
}

/// A run of the sampler, for every collector the same.
struct CollectorRun: Hashable, Sendable {
    /// Rises with each run; lets sources be read once a run.
    let number: UInt64
    let clock: ClockReading
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
