internal import MetricModel

/// Which info series speaks for a target at each step: of those with one name and the same identifying labels, the one
/// with the newest sample.
struct NewestInfo {
    private let names: [String]
    /// For each target, by its identifying labels, a column of indices for each info metric; -1 where there is none.
    private var columns: [Labels: [[Int]]] = [:]

    /// The series' values are the times of their samples. Two samples of one time are an error.
    init(_ series: [StepSeries], by names: [String], stepCount: Int) throws(QueryError) {
        self.names = names
        var positions: [Labels: [ExactText: Int]] = [:]
        for (index, one) in series.enumerated() {
            let target = one.labels.keeping(names)
            let name = ExactText(one.labels.metricName)
            let position = positions[target]?[name] ?? columns[target]?.count ?? 0
            positions[target, default: [:]][name] = position
            if position == columns[target]?.count ?? 0 {
                columns[target, default: []].append(Array(repeating: -1, count: stepCount))
            }
            for step in 0..<stepCount where !StaleMarker.isStale(one.values[step]) {
                let known = columns[target]?[position][step] ?? -1
                if known >= 0, series[known].values[step] == one.values[step] {
                    let time = Int64(one.values[step])
                    throw .execution(
                        "found duplicate series for info metric: existing \(series[known].labels.listed) @ \(time), "
                            + "new \(one.labels.listed) @ \(time)")
                }
                if known < 0 || series[known].values[step] < one.values[step] {
                    columns[target]?[position][step] = index
                }
            }
        }
    }

    /// The columns of a series' target.
    func candidates(_ labels: Labels) -> [[Int]] { columns[labels.keeping(names)] ?? [] }
}
