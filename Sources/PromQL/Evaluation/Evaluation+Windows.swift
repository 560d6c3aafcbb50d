internal import LabelMatching
internal import MetricModel

extension Evaluation {
    /// Rolls the windows of a range vector over the grid and takes what `function` makes of each; the stale marker is
    /// no value. `note` is told of each series that comes to something. Both ends of a window only move forward, so each
    /// sample enters and leaves once. With `seesResets` windows know whether values in them fall.
    func rolling(
        _ vector: RangeVector, _ grid: StepGrid, keepsName: Bool, seesResets: Bool = false,
        _ function: some WindowFunction, noting note: (Labels) -> Void = { _ in }
    ) throws(QueryError) -> [StepSeries] {
        let roller = WindowRoller(
            vector: vector, grid: grid, seesResets: seesResets, interruption: interruption, function)
        var rolled: [StepSeries] = []
        if let selection = vector.selection {
            rolled = try eachSeries(of: selection, stepCount: grid.count) {
                labels, samples, counter throws(QueryError) in
                samples.removeStale()
                let values = try roller.roll(samples.unixMilliseconds, samples.values, &counter)
                return values.map { StepSeries(labels: labels, values: $0) }
            }
        } else {
            rolled.reserveCapacity(vector.series.count)
            for series in vector.series {
                try checkInterruption()
                try hold(grid.count)
                guard let values = try roller.roll(series.unixMilliseconds, series.values, &counter) else { continue }
                rolled.append(StepSeries(labels: series.labels, dropsName: series.dropsName, values: values))
            }
        }
        for one in rolled { note(one.labels) }
        return keepsName ? rolled : try droppingNames(rolled)
    }
}
