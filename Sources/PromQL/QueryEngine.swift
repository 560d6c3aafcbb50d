package import LabelMatching
internal import MetricModel

/// Evaluates PromQL over any source of series.
///
/// An engine holds options only and may be shared. Evaluation is synchronous and calls `interruption` often, at least
/// once per series and tree node, to learn whether to go on.
package struct QueryEngine: Sendable {
    package let options: QueryOptions

    package init(_ options: QueryOptions = QueryOptions()) {
        self.options = options
    }

    /// Evaluates at one time. With `metering` the outcome has statistics.
    package func instant(
        _ query: String, at unixMilliseconds: Int64, source: any SeriesSource, metering: QueryMetering? = nil,
        interruption: @escaping @Sendable () -> QueryInterruption? = { nil }
    ) throws(QueryError) -> QueryOutcome {
        var phases = metering.map { PhaseTimes($0.nanoseconds) }
        let tree = try parse(query)
        phases?.noteRead()
        let grid = StepGrid(at: unixMilliseconds)
        let evaluation = Evaluation(
            query: query, tree: tree, grid: grid, end: unixMilliseconds, isRangeQuery: false, options: options,
            source: source,
            interruption: interruption)
        evaluation.measure(metering, phases, grid)
        let value: QueryValue
        switch try evaluation.evaluate(evaluation.tree, grid) {
        case .scalar(let values):
            evaluation.phases?.noteEvaluated()
            value = .scalar(unixMilliseconds: unixMilliseconds, values[0])
        case .string(let text):
            evaluation.phases?.noteEvaluated()
            value = .string(unixMilliseconds: unixMilliseconds, text)
        case .vector(let series):
            evaluation.phases?.noteEvaluated()
            let present = try QueryEngine.finished(series, evaluation).filter { !StaleMarker.isStale($0.values[0]) }
            value = .vector(
                unixMilliseconds: unixMilliseconds,
                present.map { VectorSample(labels: $0.labels, value: $0.values[0]) })
        case .range(let vector):
            let loaded = try evaluation.loaded(vector)
            evaluation.phases?.noteEvaluated()
            let columns = QueryEngine.columns(loaded, at: unixMilliseconds)
            // A subquery's samples have been counted where it was evaluated.
            if vector.selection != nil { evaluation.count(columns) }
            value = .matrix(columns)
        }
        return evaluation.outcome(value, grid)
    }

    /// Evaluates at `start`, `start + step`, … through `end`. With `metering` the outcome has statistics.
    package func range(
        _ query: String, from start: Int64, through end: Int64, stepMilliseconds: Int64, source: any SeriesSource,
        metering: QueryMetering? = nil, interruption: @escaping @Sendable () -> QueryInterruption? = { nil }
    ) throws(QueryError) -> QueryOutcome {
        var phases = metering.map { PhaseTimes($0.nanoseconds) }
        let tree = try parse(query)
        phases?.noteRead()
        guard tree.type == .vector || tree.type == .scalar else {
            throw .unsuitable(
                "invalid expression type \"\(tree.type.documentedName)\" for range query, "
                    + "must be Scalar or instant Vector")
        }
        let grid = StepGrid(from: start, through: end, step: stepMilliseconds)
        let evaluation = Evaluation(
            query: query, tree: tree, grid: grid, end: end, isRangeQuery: true, options: options, source: source,
            interruption: interruption)
        evaluation.measure(metering, phases, grid)
        guard grid.count > 0 else {
            evaluation.phases?.noteEvaluated()
            return evaluation.outcome(.matrix([]), grid)
        }
        var series: [StepSeries]
        switch try evaluation.evaluate(evaluation.tree, grid) {
        case .scalar(let values):
            evaluation.phases?.noteEvaluated()
            series = [StepSeries(labels: .empty, values: values)]
        case .vector(let vector):
            evaluation.phases?.noteEvaluated()
            series = try QueryEngine.finished(vector, evaluation)
        case .string, .range: preconditionFailure("only scalars and instant vectors pass the check above")
        }
        series = try evaluation.ordered(series) { Labels.isOrdered($0.labels, before: $1.labels) }
        let columns = series.map { QueryEngine.column($0, grid) }.filter { !$0.values.isEmpty }
        return evaluation.outcome(.matrix(columns), grid)
    }

    private func parse(_ query: String) throws(QueryError) -> Expression {
        do {
            return try QueryParser.parse(query, options.parsing)
        } catch {
            throw .parse(error)
        }
    }

    /// Removes the names that were kept until now.
    private static func finished(_ series: [StepSeries], _ evaluation: Evaluation) throws(QueryError) -> [StepSeries] {
        guard series.contains(where: \.dropsName) else { return series }
        let named = series.map { one in
            one.dropsName ? StepSeries(labels: one.labels.withoutMetadata, values: one.values) : one
        }
        return try evaluation.merging(named)
    }

    private static func column(_ series: StepSeries, _ grid: StepGrid) -> SeriesColumn {
        var times: [Int64] = []
        var values: [Double] = []
        times.reserveCapacity(series.values.count)
        values.reserveCapacity(series.values.count)
        for (step, value) in series.values.enumerated() where !StaleMarker.isStale(value) {
            times.append(grid[step])
            values.append(value)
        }
        return SeriesColumn(labels: series.labels, unixMilliseconds: times, values: values)
    }

    /// A range vector as the answer to an instant query: the samples themselves.
    private static func columns(_ vector: RangeVector, at time: Int64) -> [SeriesColumn] {
        let end = vector.reference.time(at: time)
        let start = end - vector.rangeMilliseconds
        let columns = vector.series.map { series in
            let samples = inside(series, vector, start: start, end: end)
            return SeriesColumn(
                labels: series.dropsName ? series.labels.withoutMetadata : series.labels,
                unixMilliseconds: samples.map(\.time), values: samples.map(\.value))
        }
        return columns.filter { !$0.values.isEmpty }.sorted { Labels.isOrdered($0.labels, before: $1.labels) }
    }

    private static func inside(
        _ series: RangeSeries, _ vector: RangeVector, start: Int64, end: Int64
    ) -> [(time: Int64, value: Double)] {
        let low = start - vector.margins.before
        let high = end + vector.margins.after
        let samples = zip(series.unixMilliseconds, series.values).filter { $0.0 > low && $0.0 <= high }
        guard let rangeExtension = vector.rangeExtension, !samples.isEmpty else {
            return samples.map { (time: $0.0, value: $0.1) }
        }
        return samples.map(\.0).withUnsafeBufferPointer { times in
            samples.map(\.1).withUnsafeBufferPointer { values in
                ExtendedWindows.samples(
                    Window(times: times, values: values, start: start, end: end, stepTime: end, step: 0),
                    isSmoothed: rangeExtension == .smoothed)
            }
        }
    }
}
