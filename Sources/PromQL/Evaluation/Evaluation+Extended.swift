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

    /// A function that counts what happens from sample to sample, or its counterpart where the range is `anchored`.
    static func fitted(
        _ plain: @escaping (Window) -> Double, _ rangeExtension: RangeExtension?
    ) -> (Window) -> Double {
        rangeExtension == nil ? plain : { ExtendedWindows.anchored($0, plain) }
    }

    /// A smoothed selector: the sample at each step, else the value on the line between the samples around it, else
    /// the last one before it.
    func smoothedVector(_ selector: VectorSelector, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let reference = try reference(selector.shift)
        let lookback = options.lookbackMilliseconds
        let selection = try load(selector.matchers, reference, grid, milliseconds: lookback, after: lookback)
        return try eachSeries(of: selection, stepCount: grid.count) { labels, samples, _ in
            samples.removeStale()
            let times = samples.unixMilliseconds
            var values = [Double](repeating: StaleMarker.value, count: grid.count)
            // The first sample at or after the step.
            var next = 0
            for step in 0..<grid.count {
                let time = reference.time(at: grid[step])
                while next < times.count, times[next] < time { next += 1 }
                let hasNext = next < times.count && times[next] <= time + lookback
                if hasNext, times[next] == time {
                    values[step] = samples.values[next]
                } else if next > 0, times[next - 1] > time - lookback {
                    let previous = samples.values[next - 1]
                    guard hasNext else {
                        values[step] = previous
                        continue
                    }
                    let share = Double(time - times[next - 1])
                    let whole = Double(times[next] - times[next - 1])
                    values[step] = previous + (samples.values[next] - previous) * share / whole
                }
            }
            let hasValues = values.contains { !StaleMarker.isStale($0) }
            return hasValues ? StepSeries(labels: labels, values: values) : nil
        }
    }
}
