internal import LabelMatching
internal import MetricModel

/// What the fleet's pages ask the store.
struct FleetQuery {
    let source: any SeriesSource
    /// Samples one question may bring: a day's heartbeat of one agent at one a second, and as much again.
    private static let sampleLimit = 200_000
    /// The agent's own job, whose `up` is the heartbeat.
    static let job = "wayside-agent"
    /// An agent's values of now are looked for in so much time before its newest sample.
    private static let currentMilliseconds: Int64 = 300_000

    /// The times at which an agent's `up` was 1, which only the agent writes.
    func heartbeat(_ agent: String, from: Int64, through: Int64) throws(SourceError) -> [Int64] {
        let columns = try select("up", agent, job: Self.job, from: from, through: through)
        var times: [Int64] = []
        for column in columns {
            for (time, value) in zip(column.unixMilliseconds, column.values) where value == 1 { times.append(time) }
        }
        // More than one series only where the agent's labels have changed.
        return columns.count > 1 ? Set(times).sorted() : times
    }

    /// The losses that an agent has written down: reason, first and last millisecond.
    func losses(
        _ agent: String, from: Int64, through: Int64
    ) throws(SourceError) -> [(reason: String, range: ClosedRange<Int64>)] {
        var found: [(reason: String, range: ClosedRange<Int64>)] = []
        for column in try select("wayside_gap_seconds", agent, from: from, through: through) {
            let reason = column.labels["reason"] ?? ""
            for (time, seconds) in zip(column.unixMilliseconds, column.values) where seconds >= 0 && seconds < 1e9 {
                found.append((reason, (time - Int64(seconds * 1000))...time))
            }
        }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The steps of a value that is constant while nothing is started anew: when it was seen, and what it was.
    func starts(_ name: String, _ agent: String, job: String, from: Int64, through: Int64) throws(SourceError)
        -> StartTimes
    {
        var starts = StartTimes()
        for column in try select(name, agent, job: job, from: from, through: through) {
            for (time, value) in zip(column.unixMilliseconds, column.values) { starts.note(time, value) }
        }
        return starts
    }

    /// The newest values of a family around an agent's newest sample, stale ones left out.
    func current(_ name: String, _ agent: String, newest: Int64) throws(SourceError) -> [(
        labels: Labels, value: Double
    )] {
        try select(name, agent, from: newest - Self.currentMilliseconds, through: newest).compactMap { column in
            guard let value = column.values.last, !StaleMarker.isStale(value) else { return nil }
            return (column.labels, value)
        }
    }

    /// The label sets of all that an agent says is up, each of its jobs once.
    func jobs(_ agent: String, newest: Int64) throws(SourceError) -> [Labels] {
        try source.series(
            matching: [[LabelMatcher("__name__", equals: "up"), LabelMatcher("instance", equals: agent)]],
            from: newest - Self.currentMilliseconds, through: newest, limit: Self.jobLimit)
    }

    /// Jobs of one agent that are said to be down.
    private static let jobLimit = 100

    private func select(
        _ name: String, _ agent: String, job: String? = nil, from: Int64, through: Int64
    ) throws(SourceError) -> [SeriesColumn] {
        var matchers = [LabelMatcher("__name__", equals: name), LabelMatcher("instance", equals: agent)]
        if let job { matchers.append(LabelMatcher("job", equals: job)) }
        return try source.select(matchers, from: from, through: through, sampleLimit: Self.sampleLimit)
    }
}
