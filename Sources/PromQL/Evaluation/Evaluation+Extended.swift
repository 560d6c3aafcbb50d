internal import LabelMatching
internal import MetricModel

extension Evaluation {
    /// The functions that understand windows with samples around the range.
    private static let anchoredFunctions: [QueryFunction] = [.changes, .delta, .increase, .rate, .resets]
    private static let smoothedFunctions: [QueryFunction] = [.delta, .increase, .rate]

    /// Throws where a function gets an `anchored` or `smoothed` range that it does not understand.
    func checkExtension(_ call: Call) throws(QueryError) {
        for argument in call.arguments {
            guard case .range(let range) = argument.withoutParentheses,
                let rangeExtension = range.selector.rangeExtension
            else { continue }
            let fitting =
                rangeExtension == .anchored ? Evaluation.anchoredFunctions : Evaluation.smoothedFunctions
            guard !fitting.contains(call.function) else { continue }
            throw .execution(
                "\(rangeExtension.rawValue) modifier can only be used with: "
                    + fitting.map(\.rawValue).joined(separator: ", ") + " - not with \(call.function.rawValue)")
        }
    }

    /// The function of a window, or its counterpart where the range is `anchored` or `smoothed`.
    static func fitted(
        _ function: QueryFunction, _ rangeExtension: RangeExtension?, _ plain: @escaping (Window) -> Double
    ) -> (Window) -> Double {
        guard let rangeExtension else { return plain }
        switch function {
        case .changes, .resets: return { ExtendedWindows.anchored($0, plain) }
        default:
            let isSmoothed = rangeExtension == .smoothed
            let isCounter = function != .delta
            let isRate = function == .rate
            return { ExtendedWindows.change($0, isSmoothed: isSmoothed, isCounter: isCounter, isRate: isRate) }
        }
    }

    /// A smoothed selector: the sample at each step, else the value on the line between the samples around it, else
    /// the last one before it.
    func smoothedVector(_ selector: VectorSelector, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let reference = try reference(selector.shift)
        let lookback = options.lookbackMilliseconds
        let columns = try load(selector.matchers, reference, grid, milliseconds: lookback, after: lookback)
        var result: [StepSeries] = []
        for column in columns {
            try checkInterruption()
            try hold(grid.count)
            let series = Evaluation.withoutStale(
                RangeSeries(
                    labels: column.labels, unixMilliseconds: column.unixMilliseconds, values: column.values))
            let times = series.unixMilliseconds
            var values = [Double](repeating: StaleMarker.value, count: grid.count)
            // The first sample at or after the step.
            var next = 0
            for step in 0..<grid.count {
                let time = reference.time(at: grid[step])
                while next < times.count, times[next] < time { next += 1 }
                let hasNext = next < times.count && times[next] <= time + lookback
                if hasNext, times[next] == time {
                    values[step] = series.values[next]
                } else if next > 0, times[next - 1] > time - lookback {
                    let previous = series.values[next - 1]
                    guard hasNext else {
                        values[step] = previous
                        continue
                    }
                    let share = Double(time - times[next - 1])
                    let whole = Double(times[next] - times[next - 1])
                    values[step] = previous + (series.values[next] - previous) * share / whole
                }
            }
            guard values.contains(where: { !StaleMarker.isStale($0) }) else { continue }
            result.append(StepSeries(labels: series.labels, values: values))
        }
        return result
    }
}
