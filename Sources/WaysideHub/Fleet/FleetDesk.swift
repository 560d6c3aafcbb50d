internal import Daemon
internal import LabelMatching
internal import LinuxSystem
internal import MetricModel
internal import SampleStore
internal import Synchronization

/// The fleet as this hub sees it: who has been heard, and what the store says of them.
final class FleetDesk: Sendable {
    let register: AgentRegister
    let settings: FleetSettings
    let startUnixMilliseconds: Int64
    /// The store's bounds of samples' times.
    private let retentionMilliseconds: Int64
    private let aheadLimitMilliseconds: Int64
    private let query: FleetQuery
    private let latest = Mutex<Survey?>(nil)
    /// One survey at a time; who asks meanwhile gets the one before.
    private let threads = WorkThreads(name: "fleet", limit: 1)
    /// How old a survey may be that somebody looks at, at most, and one for `/metrics`, which is asked for again and
    /// again: the keeper makes one every minute, and a survey of a large fleet reads a day of each agent.
    static let freshMilliseconds: Int64 = 10_000
    static let scrapedMilliseconds: Int64 = 90_000
    /// A survey is fresh for so many times as long as it took: of a few agents one is made for nearly every look.
    private static let freshPerCost: Int64 = 20

    private struct Survey: Sendable {
        let report: FleetReport
        let tookMilliseconds: Int64
    }

    /// `store` has the bounds of what is kept, `source` what was.
    init(
        settings: FleetSettings, store: StoreSettings, source: any SeriesSource, startUnixMilliseconds: Int64
    ) {
        self.settings = settings
        retentionMilliseconds = store.retentionMilliseconds
        aheadLimitMilliseconds = store.aheadLimitMilliseconds
        self.startUnixMilliseconds = startUnixMilliseconds
        query = FleetQuery(source: source)
        register = AgentRegister(limit: settings.agentLimit)
    }

    /// A request of `agent` has been taken. Samples that the store refuses, because they are too old or too far ahead,
    /// say nothing of how far the agent is.
    func heard(_ agent: String, at now: Int64, columns: SampleColumns, userAgent: String) {
        let bounds = (now - retentionMilliseconds)...(now + aheadLimitMilliseconds)
        var (oldest, newest) = (Int64.max, Int64.min)
        for time in columns.unixMilliseconds where bounds.contains(time) {
            if time > newest { newest = time }
            if time < oldest { oldest = time }
        }
        // A gateway whose clock runs ahead is not ahead of us.
        let times = oldest <= newest ? min(oldest, now)...min(newest, now) : nil
        register.heard(agent, at: now, times: times, userAgent: userAgent)
    }

    /// Where each agent stands by its requests alone.
    func standings(at now: Int64) -> [(agent: String, entry: AgentRegister.Entry, standing: AgentStanding)] {
        register.all.map { agent, entry in
            let standing = AgentStanding(
                entry, now: now, start: startUnixMilliseconds, downAfter: settings.downAfter.milliseconds)
            return (agent, entry, standing)
        }
    }

    /// Where each agent stands now, and the rest from a survey at most that old, or from the last there is while another
    /// is being made.
    func report(within milliseconds: Int64 = freshMilliseconds) async -> FleetReport? {
        let now = Clocks.unixMilliseconds()
        guard let survey = await survey(within: milliseconds, at: now) else { return nil }
        return survey.report.standing(as: standings(at: now), at: now)
    }

    private func survey(within milliseconds: Int64, at now: Int64) async -> Survey? {
        if let known = latest.withLock({ $0 }) {
            var limit = milliseconds
            if limit == Self.freshMilliseconds { limit = min(limit, known.tookMilliseconds * Self.freshPerCost) }
            if now - known.report.unixMilliseconds < limit { return known }
        }
        let survey = FleetSurvey(
            query: query, nowUnixMilliseconds: now, startUnixMilliseconds: startUnixMilliseconds,
            downAfterMilliseconds: settings.downAfter.milliseconds)
        let agents = register.all
        let made = await threads.run {
            let start = Clocks.monotonicNanoseconds()
            let report = survey.report(agents)
            return Survey(
                report: report, tookMilliseconds: (Clocks.monotonicNanoseconds() - start) / 1_000_000)
        }
        guard let made else { return latest.withLock { $0 } }
        latest.withLock { $0 = made }
        return made
    }

    /// The jobs that an agent said are up, each once; none where the store cannot say.
    func jobs(_ agent: String, newest: Int64) -> [Labels] {
        do throws(SourceError) {
            return try query.jobs(agent, newest: newest)
        } catch {
            // They are asked for again at the next round.
            return []
        }
    }

    /// Reads from the store which agents there were before this start: their heartbeat of the last
    /// `fleet.forget_after`, the newest day first.
    func recall() {
        let day: Int64 = 86_400_000
        var through = startUnixMilliseconds
        let oldest = through - settings.forgetAfter.milliseconds
        let matchers = [LabelMatcher("__name__", equals: "up"), LabelMatcher("job", equals: FleetQuery.job)]
        while through > oldest {
            let from = max(oldest, through - through.quotientAndRemainder(dividingBy: day).remainder)
            recall(matchers, from: from, through: through)
            through = from - 1
        }
    }

    private func recall(_ matchers: [LabelMatcher], from: Int64, through: Int64) {
        do throws(SourceError) {
            let series = try query.source.series(
                matching: [matchers], from: from, through: through, limit: settings.agentLimit)
            // Ids are ASCII; among all values one might be equivalent to an id and stand for it.
            let agents = series.lazy.compactMap { $0["instance"] }.filter(AgentIdentities.isAgentID)
            for agent in Set(agents) {
                // The newest time is wanted of the newest day only; of earlier ones it is enough that there are some.
                let isKnown = register.contains(agent)
                let last = isKnown ? from : try query.heartbeat(agent, from: from, through: through).last
                if let last { register.recall(agent, times: from...last) }
            }
        } catch {
            // A day that cannot be read hides what it holds and nothing else; the store counts and names it.
        }
    }
}
