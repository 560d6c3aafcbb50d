internal import LabelMatching
internal import MetricModel

extension Evaluation {
    func reference(_ shift: TimeShift) throws(QueryError) -> TimeReference {
        let fixed: Int64? =
            switch shift.fixedTime {
            case nil: nil
            case .unixMilliseconds(let time): time
            case .start: start
            case .end: end
            }
        let offset =
            try shift.offsetExpression.map { node throws(QueryError) in try duration(node, isPositive: false) }
            ?? shift.offsetMilliseconds
        return TimeReference(fixedMilliseconds: fixed, offsetMilliseconds: offset)
    }

    /// The latest sample of each matching series at each step, unless it is stale or too old.
    func instantVector(_ selector: VectorSelector, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        if selector.rangeExtension == .smoothed { return counted(try smoothedVector(selector, grid)) }
        return counted(try latest(selector, grid) { _, value in value })
    }

    /// The same with a choice of what to take from the sample: its value or its time.
    func latest(
        _ selector: VectorSelector, _ grid: StepGrid, _ take: @escaping @Sendable (Int64, Double) -> Double
    ) throws(QueryError) -> [StepSeries] {
        let reference = try reference(selector.shift)
        let lookback = options.lookbackMilliseconds
        let selection = try load(selector.matchers, reference, grid, milliseconds: lookback)
        return try eachSeries(of: selection, stepCount: grid.count) { labels, samples, _ in
            var values = [Double](repeating: StaleMarker.value, count: grid.count)
            var isEmpty = true
            // The index behind the latest sample that is not after the step.
            var next = 0
            for step in 0..<grid.count {
                let time = reference.time(at: grid[step])
                while next < samples.unixMilliseconds.count, samples.unixMilliseconds[next] <= time { next += 1 }
                guard next > 0, samples.unixMilliseconds[next - 1] > time - lookback else { continue }
                let value = samples.values[next - 1]
                guard !StaleMarker.isStale(value) else { continue }
                values[step] = take(samples.unixMilliseconds[next - 1], value)
                isEmpty = false
            }
            return isEmpty ? nil : StepSeries(labels: labels, values: values)
        }
    }

    /// Its series are read when they are needed, one at a time.
    func rangeVector(_ range: RangeSelector, _ grid: StepGrid) throws(QueryError) -> RangeVector {
        let reference = try reference(range.selector.shift)
        let milliseconds = try self.range(range.rangeMilliseconds, range.rangeExpression)
        let margins = WindowMargins(range.selector.rangeExtension, lookback: options.lookbackMilliseconds)
        let selection = try load(
            range.selector.matchers, reference, grid, milliseconds: milliseconds + margins.before,
            after: margins.after)
        return RangeVector(
            selection: selection, series: [], rangeMilliseconds: milliseconds, reference: reference,
            rangeExtension: range.selector.rangeExtension, margins: margins)
    }

    /// The same with all its samples, for an answer that is a range vector.
    func loaded(_ vector: RangeVector) throws(QueryError) -> RangeVector {
        guard let selection = vector.selection else { return vector }
        var loaded = vector
        loaded.selection = nil
        loaded.series = try eachSeries(of: selection, stepCount: 0) { labels, samples, _ in
            samples.removeStale()
            return samples.values.isEmpty
                ? nil
                : RangeSeries(labels: labels, unixMilliseconds: samples.unixMilliseconds, values: samples.values)
        }
        return loaded
    }

    /// A subquery's inner expression at the subquery's own steps, which are multiples of its step since 1970.
    func rangeVector(
        _ subquery: Subquery, _ grid: StepGrid, isWholeQuery: Bool = false
    ) throws(QueryError) -> RangeVector {
        let reference = try reference(subquery.shift)
        let range = try self.range(subquery.rangeMilliseconds, subquery.rangeExpression)
        let ownStep = try self.range(subquery.stepMilliseconds ?? 0, subquery.stepExpression)
        let step = ownStep > 0 ? ownStep : options.defaultSubqueryStepMilliseconds
        let times = (reference.time(at: grid.startMilliseconds), reference.time(at: grid.lastMilliseconds))
        let lowest = min(times.0, times.1) - range
        // The first multiple of the step that is after the (open) start of the range.
        var first = lowest / step * step
        if first <= lowest { first += step }
        let inner = StepGrid(from: first, through: max(times.0, times.1), step: step)
        guard inner.count > 0 else {
            return RangeVector(series: [], rangeMilliseconds: range, reference: reference)
        }
        guard inner.count <= options.sampleLimit else { throw .tooManySamples(limit: options.sampleLimit) }
        let evaluated = try countingInside(isWholeQuery) { () throws(QueryError) in try vector(subquery.inner, inner) }
        try hold(inner.count)
        let stepTimes = (0..<inner.count).map { inner[$0] }
        let series = evaluated.map { one in
            Evaluation.withoutStale(
                RangeSeries(
                    labels: one.labels, dropsName: one.dropsName, unixMilliseconds: stepTimes, values: one.values))
        }
        return RangeVector(
            series: series.filter { !$0.values.isEmpty }, rangeMilliseconds: range, reference: reference)
    }

    /// The matching series, with samples in the windows from `milliseconds` before each step to `after` behind it.
    func load(
        _ matchers: [LabelMatcher], _ reference: TimeReference, _ grid: StepGrid, milliseconds: Int64,
        after: Int64 = 0
    ) throws(QueryError) -> OrderedSelection {
        let from = reference.time(at: grid.startMilliseconds)
        let through = reference.time(at: grid.lastMilliseconds) + after
        let interruption = interruption
        let begun = phases?.now
        defer { if let begun { phases?.noteFound(since: begun) } }
        do throws(SourceError) {
            let selection = try source.selection(
                matchers, from: from - milliseconds + 1, through: through, sampleLimit: sampleAllowance
            ) { interruption() != nil }
            let ordered = OrderedSelection(selection) { interruption() != nil }
            if interruption() == nil { return ordered }
            throw .cancelled
        } catch {
            // The reason is whose who asked for it.
            try checkInterruption()
            throw QueryError(error, sampleLimit: options.sampleLimit)
        }
    }

    static func withoutStale(_ series: RangeSeries) -> RangeSeries {
        guard series.values.contains(where: { StaleMarker.isStale($0) }) else { return series }
        var kept = RangeSeries(
            labels: series.labels, dropsName: series.dropsName, unixMilliseconds: [], values: [])
        for (time, value) in zip(series.unixMilliseconds, series.values) where !StaleMarker.isStale(value) {
            kept.unixMilliseconds.append(time)
            kept.values.append(value)
        }
        return kept
    }
}
