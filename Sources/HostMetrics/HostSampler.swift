internal import LinuxSystem
package import MetricModel

/// The enabled collectors and what they keep between runs: open files and series.
///
/// Used by one thread at a time. A collector that fails or does not come back takes nothing from another: they run in
/// turn on a thread that is left to one that is stuck.
package struct HostSampler: ~Copyable {
    /// What a collector is asked for.
    private struct Job: Hashable, Sendable {
        let member: CollectorMember
        let run: CollectorRun

        // A job is stuck for as long as its collector is, whatever the run.
        static func == (left: Job, right: Job) -> Bool { left.member === right.member }
        func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(member)) }
    }

    /// What the sampler says of a collector.
    private struct MemberSeries {
        let success: Series?
        let duration: Series?
    }

    /// What went wrong in the last run, in the order of the collectors; empty when all is well.
    package private(set) var lastFailures: [CollectorFailure] = []
    /// Samples left out because more than `seriesLimit` series existed, since the start.
    package private(set) var refusedSampleCount: UInt64 = 0
    private let members: [CollectorMember]
    private let runner: DeadlineRunner<Job, CollectorMember.Result>
    private let budget: SeriesBudget
    private let timeoutMilliseconds: Int
    /// The sampler's own.
    private var table: SeriesTable
    private let memberSeries: [MemberSeries]
    private var run: UInt64 = 0
    private var lastSampleCount = 0
    /// How many collectors may be stuck at once, each holding a thread; more are not begun.
    private static let stuckLimit = 16
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

    /// Makes the collectors that `settings` enables; files are opened at the first `collect`.
    /// At most `seriesLimit` series exist at once, without the sampler's three for each collector.
    package init(settings: HostMetricsSettings, scope: SeriesScope, seriesLimit: Int) {
        let shared = SharedSources(roots: settings.roots)
        let members = settings.enabledCollectors.compactMap { name in
            HostCollectors.all.first { $0.name == name }.map { entry in
                CollectorMember(name: name, collector: entry.make(settings, shared), scope: scope)
            }
        }
        self.init(
            members: members, scope: scope, seriesLimit: seriesLimit,
            timeoutMilliseconds: settings.collectorTimeoutMilliseconds)
    }

    init(members: [CollectorMember], scope: SeriesScope, seriesLimit: Int, timeoutMilliseconds: Int) {
        self.members = members
        self.timeoutMilliseconds = timeoutMilliseconds
        var table = SeriesTable(scope: scope, limit: 3 * members.count)
        memberSeries = members.map { member in
            MemberSeries(
                success: table.series(Self.success, [member.name]), duration: table.series(Self.duration, [member.name])
            )
        }
        self.table = table
        let budget = SeriesBudget(limit: seriesLimit)
        self.budget = budget
        runner = DeadlineRunner(
            name: "host-collectors", timeoutMilliseconds: timeoutMilliseconds, stuckLimit: Self.stuckLimit
        ) {
            // One for each thread: what is stuck keeps the one it reads into.
            let buffer = ReadBuffer()
            return { job in job.member.collect(job.run, buffer: buffer, budget: budget) }
        }
    }

    /// How many series exist now, without the sampler's own.
    package var seriesCount: Int { budget.count }

    /// Runs every collector. The samples' time is `clock`'s.
    package mutating func collect(clock: ClockReading) -> SampleBatch {
        run += 1
        lastFailures.removeAll(keepingCapacity: true)
        let collectorRun = CollectorRun(number: run, clock: clock)
        let results: [CollectorMember.Result?]
        var threadError: SystemError?
        do throws(SystemError) {
            results = try runner.answers(members.map { Job(member: $0, run: collectorRun) })
        } catch {
            threadError = error
            results = []
        }
        var batch = SampleBatch(clock: clock, limit: .max)
        batch.reserveCapacity(lastSampleCount)
        for index in members.indices {
            if let threadError {
                note(index, .system(threadError), into: &batch)
            } else if let result = results[index] {
                note(index, result, into: &batch)
            } else {
                note(index, .stuck(timeoutMilliseconds: timeoutMilliseconds), into: &batch)
                batch.append(1, of: Self.stuck, [members[index].name], from: &table)
            }
        }
        lastSampleCount = batch.samples.count
        return batch
    }

    private mutating func note(_ index: Int, _ result: CollectorMember.Result, into batch: inout SampleBatch) {
        batch.append(contentsOf: result.samples)
        for remark in result.remarks {
            lastFailures.append(CollectorFailure(collector: members[index].name, error: remark))
        }
        refusedSampleCount += result.refusedCount
        append(memberSeries[index].duration, Double(result.nanoseconds) / 1e9, to: &batch)
        if let error = result.error { return note(index, error, into: &batch) }
        append(memberSeries[index].success, 1, to: &batch)
    }

    private mutating func note(_ index: Int, _ error: CollectorError, into batch: inout SampleBatch) {
        lastFailures.append(CollectorFailure(collector: members[index].name, error: error))
        append(memberSeries[index].success, 0, to: &batch)
    }

    private func append(_ series: Series?, _ value: Double, to batch: inout SampleBatch) {
        guard let series else { return }
        batch.append(Sample(series, unixMilliseconds: batch.clock.unixMilliseconds, value: value))
    }
}
