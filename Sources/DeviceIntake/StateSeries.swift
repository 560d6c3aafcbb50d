internal import MetricModel

/// The series that says in a label which state something is in. A change of state makes a new series and ends the old
/// one, so that one of them is shown at any time.
struct StateSeries {
    private let family: MetricFamily
    private var state = ""
    private var series: Series?

    init(_ family: MetricFamily) {
        self.family = family
    }

    /// The series of a state, which is the kept one unless the state has changed since the last tick.
    func series(_ id: String, _ state: String, _ scope: SeriesScope) -> Series {
        if let series, self.state == state { return series }
        return Series(family: family, scope: scope, labelValues: [id, state])
    }

    /// Keeps the series of a state for a tick that sends it; the one to end, where the state has changed.
    mutating func settle(_ id: String, _ state: String, _ scope: SeriesScope) -> Series? {
        guard series == nil || self.state != state else { return nil }
        let ended = series
        series = Series(family: family, scope: scope, labelValues: [id, state])
        self.state = state
        return ended
    }
}
