internal import MetricModel

/// Ends the series of one producer that were in its tick before and are not in this one, with stale markers, as
/// Prometheus does for what is missing in a scrape.
///
/// Where the series of two ticks are the same objects in the same order, which is nearly always, this compares
/// pointers and allocates nothing.
struct SeriesEnds {
    /// What a series is known by where objects differ: over a restart, or when it came back.
    private struct Name: Hashable {
        let series: Series

        static func == (left: Name, right: Name) -> Bool {
            left.series === right.series
                || left.series.family.name == right.series.family.name
                    && left.series.labelValues == right.series.labelValues
                    && left.series.family.labelNames == right.series.family.labelNames
                    && left.series.scope.labels == right.series.scope.labels
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(series.family.name)
            hasher.combine(series.labelValues)
        }
    }

    /// The series of the newest tick that was stored.
    private var before: [Series] = []
    /// Those of the tick that was marked last, where they are others.
    private var changed: [Series]?
    /// Full label sets that were live at the end of an earlier run, until the first tick of this one.
    private var earlier: [Labels]

    /// - Parameter earlier: the label sets that the last tick of an earlier run had.
    init(earlier: [Labels] = []) {
        self.earlier = earlier
    }

    /// Adds a marker at the batch's time for each series that has ended. Counts once `confirm` is called; without it,
    /// the next tick is compared with the same one again.
    mutating func mark(_ batch: inout SampleBatch) {
        let count = batch.samples.count
        changed = nil
        if !earlier.isEmpty { markEarlier(&batch, count: count) }
        guard !isSame(batch, count: count) else { return }
        let now = batch.samples[..<count].map(\.series)
        changed = now
        let names = Set(now.map { Name(series: $0) })
        for series in before where !names.contains(Name(series: series)) {
            batch.append(Sample(series, unixMilliseconds: batch.clock.unixMilliseconds, value: StaleMarker.value))
        }
    }

    /// The batch of the last `mark` is stored.
    mutating func confirm() {
        earlier.removeAll()
        if let changed { before = changed }
        changed = nil
    }

    /// Whether the first `count` samples are of the very series of the tick before, in their order.
    private func isSame(_ batch: SampleBatch, count: Int) -> Bool {
        guard count == before.count else { return false }
        for index in before.indices where before[index] !== batch.samples[index].series { return false }
        return true
    }

    /// Over a restart only the label sets are known, so each ended one gets a series of its own.
    private func markEarlier(_ batch: inout SampleBatch, count: Int) {
        let now = Set(batch.samples[..<count].map { $0.series.fullLabels() })
        for labels in earlier where !now.contains(labels) {
            let rest = labels.filter { $0.name != "__name__" }
            let family = MetricFamily(labels.metricName, .unknown, help: "", labels: rest.map(\.name))
            let series = Series(
                family: family, scope: SeriesScope(.empty), labelValues: rest.map(\.value))
            batch.append(Sample(series, unixMilliseconds: batch.clock.unixMilliseconds, value: StaleMarker.value))
        }
    }
}
