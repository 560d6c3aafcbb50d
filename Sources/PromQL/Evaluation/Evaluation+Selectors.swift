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
        if selector.rangeExtension == .smoothed { return try smoothedVector(selector, grid) }
        return try latest(selector, grid) { _, value in value }
    }

    /// The same with a choice of what to take from the sample: its value or its time.
    func latest(
        _ selector: VectorSelector, _ grid: StepGrid, _ take: (Int64, Double) -> Double
    ) throws(QueryError) -> [StepSeries] {
        let reference = try reference(selector.shift)
        let lookback = options.lookbackMilliseconds
        let columns = try load(selector.matchers, reference, grid, milliseconds: lookback)
        var result: [StepSeries] = []
        result.reserveCapacity(columns.count)
        for column in columns {
            try checkInterruption()
            try hold(grid.count)
            var values = [Double](repeating: StaleMarker.value, count: grid.count)
            var isEmpty = true
            // The index behind the latest sample that is not after the step.
            var next = 0
            for step in 0..<grid.count {
                let time = reference.time(at: grid[step])
                while next < column.unixMilliseconds.count, column.unixMilliseconds[next] <= time { next += 1 }
                guard next > 0, column.unixMilliseconds[next - 1] > time - lookback else { continue }
                let value = column.values[next - 1]
                guard !StaleMarker.isStale(value) else { continue }
                values[step] = take(column.unixMilliseconds[next - 1], value)
                isEmpty = false
            }
            if !isEmpty { result.append(StepSeries(labels: column.labels, values: values)) }
        }
        return result
    }

    func rangeVector(_ range: RangeSelector, _ grid: StepGrid) throws(QueryError) -> RangeVector {
        let reference = try reference(range.selector.shift)
        let milliseconds = try self.range(range.rangeMilliseconds, range.rangeExpression)
        let margins = WindowMargins(range.selector.rangeExtension, lookback: options.lookbackMilliseconds)
        let columns = try load(
            range.selector.matchers, reference, grid, milliseconds: milliseconds + margins.before,
            after: margins.after)
        var series: [RangeSeries] = []
        series.reserveCapacity(columns.count)
        for column in columns {
            let one = Evaluation.withoutStale(
                RangeSeries(
                    labels: column.labels, unixMilliseconds: column.unixMilliseconds, values: column.values))
            if !one.values.isEmpty { series.append(one) }
        }
        return RangeVector(
            series: series, rangeMilliseconds: milliseconds, reference: reference,
            rangeExtension: range.selector.rangeExtension, margins: margins)
    }

    /// A subquery's inner expression at the subquery's own steps, which are multiples of its step since 1970.
    func rangeVector(_ subquery: Subquery, _ grid: StepGrid) throws(QueryError) -> RangeVector {
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
        let evaluated = try vector(subquery.inner, inner)
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

    /// Samples of matching series in the windows from `milliseconds` before each step to `after` behind it, in the
    /// order of their labels.
    func load(
        _ matchers: [LabelMatcher], _ reference: TimeReference, _ grid: StepGrid, milliseconds: Int64,
        after: Int64 = 0
    ) throws(QueryError) -> [SeriesColumn] {
        let from = reference.time(at: grid.startMilliseconds)
        let through = reference.time(at: grid.lastMilliseconds) + after
        do {
            let columns = try source.select(
                matchers, from: from - milliseconds + 1, through: through, sampleLimit: sampleAllowance)
            try hold(columns.reduce(0) { $0 + $1.values.count })
            return columns.sorted { Labels.isOrdered($0.labels, before: $1.labels) }
        } catch let error as SourceError {
            switch error {
            case .tooManySamples: throw .tooManySamples(limit: options.sampleLimit)
            case .cancelled: throw .cancelled
            case .storage(let message): throw .storage(message)
            }
        } catch let error as QueryError {
            throw error
        } catch {
            throw .storage("\(error)")
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
