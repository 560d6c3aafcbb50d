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

    /// What went wrong in the last run, in the order of the collectors; empty when all is well.
    package private(set) var lastFailures: [CollectorFailure] = []
    /// Samples left out because more than `seriesLimit` series existed, since the start.
    package private(set) var refusedSampleCount: UInt64 = 0
    private let members: [CollectorMember]
    private let runner: DeadlineRunner<Job, CollectorMember.Result>
    private let budget: SeriesBudget
    private let timeoutMilliseconds: Int
    private let collected = CollectedSamples()
    private let view: AgentView
    private var run: UInt64 = 0
    /// How many collectors may be stuck at once, each holding a thread; more are not begun.
    private static let stuckLimit = 16

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
            timeoutMilliseconds: settings.collectorTimeoutMilliseconds, procfs: settings.roots.procfs)
    }

    init(
        members: [CollectorMember], scope: SeriesScope, seriesLimit: Int, timeoutMilliseconds: Int,
        procfs: String = "/proc"
    ) {
        self.members = members
        view = AgentView(procfs: procfs)
        self.timeoutMilliseconds = timeoutMilliseconds
        let budget = SeriesBudget(limit: seriesLimit)
        self.budget = budget
        runner = DeadlineRunner(
            name: "host-collectors", timeoutMilliseconds: timeoutMilliseconds, stuckLimit: Self.stuckLimit
        ) {
            let memory = CollectorMemory()
            return { job in job.member.collect(job.run, memory: memory, budget: budget) }
        }
    }

    /// How many series exist now, without the sampler's own.
    package var seriesCount: Int { budget.count }

    /// Runs every collector. The samples' time is `clock`'s.
    package mutating func collect(clock: ClockReading) -> SampleBatch {
        run += 1
        lastFailures.removeAll(keepingCapacity: true)
        let collectorRun = CollectorRun(number: run, clock: clock, samples: collected)
        collected.begin(run: run)
        var results: [CollectorMember.Result?] = []
        var threadError: SystemError?
        do throws(SystemError) {
            results = try runner.answers(members.map { Job(member: $0, run: collectorRun) })
        } catch {
            threadError = error
        }
        var stuck: [CollectorMember] = []
        for (index, member) in members.enumerated() {
            if let threadError {
                note(member, .system(threadError))
            } else if let result = results[index] {
                note(member, result)
            } else {
                note(member, .stuck(timeoutMilliseconds: timeoutMilliseconds))
                stuck.append(member)
            }
        }
        let failed = threadError == nil ? stuck : members
        let (samples, repeated) = collected.end(without: failed)
        for (member, series) in repeated {
            note(member, .repeated(series: "\(series[0].fullLabels())", count: series.count))
        }
        var batch = SampleBatch(clock: clock, limit: .max, samples: samples)
        let time = clock.unixMilliseconds
        for member in failed { batch.append(Sample(member.successSeries, unixMilliseconds: time, value: 0)) }
        for member in stuck { batch.append(Sample(member.stuckSeries, unixMilliseconds: time, value: 1)) }
        return batch
    }

    private mutating func note(_ member: CollectorMember, _ result: CollectorMember.Result) {
        for remark in result.remarks { note(member, remark) }
        refusedSampleCount += result.refusedCount
        if let error = result.error { note(member, error) }
    }

    private mutating func note(_ member: CollectorMember, _ error: CollectorError) {
        let error = view.explained(error)
        lastFailures.append(CollectorFailure(collector: member.name, error: error))
    }
}
