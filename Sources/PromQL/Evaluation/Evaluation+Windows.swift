internal import MetricModel

extension Evaluation {
    /// Rolls the windows of a range vector over the grid and takes what `function` makes of each; the stale marker is
    /// no value. `note` is told of each series that comes to something. Both ends of a window only move forward, so each sample enters and leaves once.
    func rolling(
        _ vector: RangeVector, _ grid: StepGrid, keepsName: Bool, _ function: (Window) -> Double,
        noting note: (Labels) -> Void = { _ in }
    ) throws(QueryError) -> [StepSeries] {
        var result: [StepSeries] = []
        result.reserveCapacity(vector.series.count)
        for series in vector.series {
            try hold(grid.count)
            let values = try roll(series, vector, grid, function)
            guard values.contains(where: { !StaleMarker.isStale($0) }) else { continue }
            note(series.labels)
            var one = StepSeries(labels: series.labels, dropsName: series.dropsName, values: values)
            if !keepsName {
                if options.delaysNameRemoval {
                    one.dropsName = true
                } else {
                    one.labels = one.labels.withoutMetadata
                }
            }
            result.append(one)
        }
        return options.delaysNameRemoval || keepsName ? result : try merging(result)
    }

    /// How many samples of windows are looked at before asking again whether to go on.
    private static let samplesBetweenChecks = 1 << 18

    private func roll(
        _ series: RangeSeries, _ vector: RangeVector, _ grid: StepGrid, _ function: (Window) -> Double
    ) throws(QueryError) -> [Double] {
        try checkInterruption()
        var results = [Double](repeating: StaleMarker.value, count: grid.count)
        var low = 0
        var high = 0
        var step = 0
        while step < grid.count {
            Evaluation.roll(series, vector, grid, &low, &high, &step, &results, function)
            try checkInterruption()
        }
        return results
    }

    /// Rolls on from `step` until the grid ends or enough was looked at to ask whether to go on.
    private static func roll(
        _ series: RangeSeries, _ vector: RangeVector, _ grid: StepGrid, _ low: inout Int, _ high: inout Int,
        _ step: inout Int, _ results: inout [Double], _ function: (Window) -> Double
    ) {
        var lookedAt = 0
        series.unixMilliseconds.withUnsafeBufferPointer { times in
            series.values.withUnsafeBufferPointer { values in
                while step < grid.count, lookedAt < samplesBetweenChecks {
                    defer { step += 1 }
                    let end = vector.reference.time(at: grid[step])
                    let start = end - vector.rangeMilliseconds
                    while high < times.count, times[high] <= end + vector.margins.after { high += 1 }
                    while low < high, times[low] <= start - vector.margins.before { low += 1 }
                    guard low < high else { continue }
                    lookedAt += high - low
                    results[step] = function(
                        Window(
                            times: UnsafeBufferPointer(rebasing: times[low..<high]),
                            values: UnsafeBufferPointer(rebasing: values[low..<high]), start: start, end: end,
                            stepTime: grid[step], step: step))
                }
            }
        }
    }
}
