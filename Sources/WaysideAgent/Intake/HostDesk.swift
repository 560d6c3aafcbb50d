internal import HostMetrics
internal import Logging
internal import MetricModel
internal import Synchronization

/// The host's collectors, shared by the ticker and the scrapes of `/metrics`.
final class HostDesk: Sendable {
    private struct State: ~Copyable {
        var sampler: HostSampler
        /// What was wrong in the last run, by collector and what it was about, so that the log speaks of changes only.
        var failing: [String: Set<String>] = [:]
        /// Default collectors of what this host does not have.
        var absent: [String] = []
    }

    private let state: Mutex<State>
    private let published = Mutex(Summary())
    private let clock: AgentClock
    private let logger: Logger
    /// Collectors whose absence is a problem.
    private let expected: Set<String>
    /// The most series that a gateway's own metrics may have.
    private static let seriesLimit = 50_000
    /// How many problems the status shows.
    private static let problemLimit = 8

    /// What the last run gave, for status.
    struct Summary: Sendable {
        var sampleCount = 0
        var takenUnixMilliseconds: Int64 = 0
        var refusedSamples: UInt64 = 0
        /// What collectors could not read, or may not; the first of them.
        var problems: [String] = []
    }

    init(settings: HostSettings, scope: SeriesScope, clock: AgentClock, logger: Logger) {
        let sampler = HostSampler(settings: settings.metrics, scope: scope, seriesLimit: HostDesk.seriesLimit)
        state = Mutex(State(sampler: sampler))
        expected = HostCollectors.onEveryHost.union(settings.askedFor)
        self.clock = clock
        self.logger = logger
    }

    var summary: Summary { published.withLock { $0 } }

    /// Runs every collector now.
    func collect() -> SampleBatch {
        state.withLock { state in
            let batch = state.sampler.collect(clock: clock.reading())
            let absent = state.sampler.lastFailures.filter(isNothingHere).map(\.collector)
            if absent != state.absent {
                state.absent = absent
                logger.info(
                    "collectors of what this host does not have",
                    metadata: ["collectors": "\(absent.joined(separator: ","))"])
            }
            let problems = state.sampler.lastFailures.filter { !isNothingHere($0) }
            var failing: [String: Set<String>] = [:]
            for failure in problems {
                let subject = failure.error.subject
                guard failing[failure.collector, default: []].insert(subject).inserted else { continue }
                if state.failing[failure.collector]?.contains(subject) != true { logger.warning("\(failure)") }
            }
            for name in state.failing.keys where failing[name] == nil {
                logger.info("a collector works again", metadata: ["collector": "\(name)"])
            }
            state.failing = failing
            let summary = Summary(
                sampleCount: batch.samples.count, takenUnixMilliseconds: batch.clock.unixMilliseconds,
                refusedSamples: state.sampler.refusedSampleCount,
                problems: HostDesk.listed(problems))
            published.withLock { $0 = summary }
            return batch
        }
    }

    /// The first of them, and how many more the log has.
    private static func listed(_ problems: [CollectorFailure]) -> [String] {
        let rest = problems.count - problemLimit
        return problems.prefix(problemLimit).map { "\($0.collector): \($0.error)" }
            + (rest > 0 ? ["and \(rest) more, each with a line in the log"] : [])
    }

    private func isNothingHere(_ failure: CollectorFailure) -> Bool {
        failure.isAbsence && !expected.contains(failure.collector)
    }
}
