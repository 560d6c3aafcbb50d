internal import MetricModel

/// The match group of each series of two vectors, as small numbers equal for equal groups.
struct MatchSignatures {
    private(set) var left: [Int] = []
    private(set) var right: [Int] = []
    /// The labels that a group has in common, by its number.
    private(set) var labels: [Labels] = []

    var count: Int { labels.count }

    /// `work` is told what it costs.
    init(
        _ leftSeries: [StepSeries], _ rightSeries: [StepSeries], _ matching: VectorMatching,
        _ work: (Int) throws(QueryError) -> Void
    ) throws(QueryError) {
        var positions: [Labels: Int] = [:]
        let removed = matching.labels + ["__name__"]
        func ordinal(_ series: StepSeries) throws(QueryError) -> Int {
            try work(Evaluation.labelWork)
            let key = matching.isOn ? series.labels.keeping(matching.labels) : series.labels.removing(removed)
            if let known = positions[key] { return known }
            positions[key] = labels.count
            labels.append(key)
            return labels.count - 1
        }
        left.reserveCapacity(leftSeries.count)
        right.reserveCapacity(rightSeries.count)
        for series in leftSeries { left.append(try ordinal(series)) }
        for series in rightSeries { right.append(try ordinal(series)) }
    }
}
