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
    private let book: SeriesBook
    private var lastSampleCount = 0

    init(name: String, collector: any HostCollector, scope: SeriesScope) {
        self.name = name
        self.collector = collector
        book = SeriesBook(scope: scope)
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
        let before = book.table.count
        book.table.limit = before + budget.free
        var output = CollectorOutput(
            run: run.number, clock: run.clock, buffer: buffer, book: book, sampleCount: lastSampleCount)
        var failure: CollectorError?
        do throws(CollectorError) { try collector.collect(into: &output) } catch { failure = error }
        budget.note(book.table.count - before)
        lastSampleCount = output.samples.count
        return Result(
            samples: output.samples, error: failure, remarks: output.remarks,
            nanoseconds: Clocks.monotonicNanoseconds() - start, refusedCount: output.refusedCount)
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
