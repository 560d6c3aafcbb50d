internal import LabelMatching
internal import MetricModel

/// The evaluation of one query: walks the tree once, each node over all steps at a time.
///
/// A value is a column for each series, so a selector decodes and scans its samples once however many steps there
/// are. What does not depend on the step is evaluated for one step and spread.
final class Evaluation {
    /// What is evaluated: the query's, but that it may read less.
    private(set) var tree: Expression
    let options: QueryOptions
    let source: any SeriesSource
    let start: Int64
    let end: Int64
    let isRangeQuery: Bool
    /// The step of a range query, 0 of an instant one.
    let stepMilliseconds: Int64
    var annotations: Annotations
    let interruption: @Sendable () -> QueryInterruption?
    private(set) var heldSamples = 0
    /// The most that was ever held.
    private(set) var peakSamples = 0
    /// Counts what selectors give; nil where nobody asked.
    var counter: SampleCounter?
    /// Nil where nobody asked.
    var phases: PhaseTimes?
    /// The whole query's steps where samples are counted for each of them; every other grid has only a total.
    var countedGrid: StepGrid?
    let share: MemoryShare
    private var repeated: RepeatedParts
    /// Values looked at since it was last asked whether to go on.
    private var unaskedWork = 0
    private static let workBetweenChecks = 1 << 16
    /// What it costs to make labels of others or to look them up, beside a value.
    static let labelWork = 64

    init(
        query: String, tree: Expression, grid: StepGrid, end: Int64, isRangeQuery: Bool, options: QueryOptions,
        source: any SeriesSource,
        interruption: @escaping @Sendable () -> QueryInterruption?
    ) {
        self.tree = tree
        self.options = options
        self.source = source
        self.isRangeQuery = isRangeQuery
        stepMilliseconds = isRangeQuery ? grid.stepMilliseconds : 0
        self.interruption = interruption
        start = grid.startMilliseconds
        self.end = end
        annotations = Annotations(query: query)
        share = MemoryShare(options.memory)
        repeated = RepeatedParts()
        if options.sharesMatchers { self.tree = sharingMatchers(tree, textByteCount: query.utf8.count, grid) }
        repeated = RepeatedParts(self.tree, textByteCount: query.utf8.count, sampleLimit: options.sampleLimit)
    }

    /// How many more samples may be held.
    var sampleAllowance: Int { max(0, options.sampleLimit - heldSamples) }

    /// Throws where the caller wants the query stopped; called once per series and node.
    func checkInterruption() throws(QueryError) {
        if let reason = interruption() { throw QueryError(reason) }
    }

    /// Counts values that were looked at or made, and asks now and then whether to go on.
    func work(_ count: Int) throws(QueryError) {
        unaskedWork += count
        guard unaskedWork >= Self.workBetweenChecks else { return }
        unaskedWork = 0
        try checkInterruption()
    }

    /// The elements in order.
    func ordered<Element>(
        _ elements: [Element], _ isOrdered: (Element, Element) -> Bool
    ) throws(QueryError) -> [Element] {
        let ordered = elements.sorted(unless: { interruption() != nil }, isOrdered)
        try checkInterruption()
        return ordered
    }

    func evaluate(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> EvaluatedValue {
        try checkInterruption()
        guard let part = repeated.part(node, grid) else { return try evaluateAnew(node, grid) }
        if let known = repeated.take(part) {
            try hold(known.value.sampleCount)
            if let counted = known.counted { counter?.add(counted) }
            return known.value
        }
        let remarks = annotations.changeCount
        let (value, counted) = try countingApart(on: grid) { () throws(QueryError) in try evaluateAnew(node, grid) }
        // Remarks name the place in the query, so each occurrence makes its own.
        if annotations.changeCount == remarks { repeated.keep(value, counted, for: part) }
        return value
    }

    private func evaluateAnew(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> EvaluatedValue {
        let before = heldSamples
        let value: EvaluatedValue
        if grid.count > 1, StepInvariance.holds(for: node) {
            let once = try countingOnce(for: grid) { () throws(QueryError) in
                try evaluateOnce(node, StepGrid(at: grid.startMilliseconds))
            }
            let (count, isOver) = once.sampleCount.multipliedReportingOverflow(by: grid.count)
            try hold(isOver ? options.sampleLimit + 1 : count)
            value = spread(once, grid.count)
        } else {
            value = try evaluateOnce(node, grid)
        }
        heldSamples = before
        try hold(value.sampleCount)
        return value
    }

    private func evaluateOnce(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> EvaluatedValue {
        switch node {
        case .number(let literal): return try scalars(grid) { _ in literal.value }
        case .string(let literal): return .string(literal.value)
        case .selector(let selector): return .vector(try instantVector(selector, grid))
        case .range(let range): return .range(try rangeVector(range, grid))
        case .subquery(let subquery): return .range(try rangeVector(subquery, grid, isWholeQuery: true))
        case .call(let call): return try self.call(call, grid)
        case .aggregation(let aggregation): return .vector(try aggregate(aggregation, grid))
        case .binary(let operation): return try binary(operation, node.textRange, grid)
        case .unary(let unary): return try negate(unary, grid)
        case .parenthesised(let parenthesised): return try evaluateOnce(parenthesised.inner, grid)
        }
    }

    func notePeak(_ samples: Int) { peakSamples = max(peakSamples, samples) }

    /// Counts samples as held for the rest of the node being evaluated.
    func hold(_ count: Int) throws(QueryError) {
        heldSamples += count
        notePeak(heldSamples)
        if heldSamples > options.sampleLimit { throw .tooManySamples(limit: options.sampleLimit) }
        try share.cover(heldSamples)
    }

    /// A number for each step, counted before it is made.
    func scalars(_ grid: StepGrid, _ value: (Int) -> Double) throws(QueryError) -> EvaluatedValue {
        try hold(grid.count)
        return .scalar((0..<grid.count).map(value))
    }

    /// Counts labels that the query made, which may be longer than any the source has: 16 bytes as a sample.
    func hold(_ labels: Labels) throws(QueryError) { try hold(labels.packed.count / 16) }

    /// Evaluates a node whose type the checker has made sure of.
    func vector(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        guard case .vector(let series) = try evaluate(node, grid) else {
            preconditionFailure("the type checker lets only instant vectors through")
        }
        return series
    }

    func scalar(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> [Double] {
        guard case .scalar(let values) = try evaluate(node, grid) else {
            preconditionFailure("the type checker lets only scalars through")
        }
        return values
    }

    /// The text of a string argument, in parentheses or not.
    func string(_ node: Expression) -> String {
        guard case .string(let literal) = node.withoutParentheses else {
            preconditionFailure("the type checker lets only strings through")
        }
        return literal.value
    }

    /// A string argument that names a label, or nil where it cannot: empty or not UTF-8.
    func labelName(_ node: Expression) -> String? {
        guard case .string(let literal) = node.withoutParentheses, literal.invalidBytes == nil,
            !literal.value.isEmpty
        else {
            return nil
        }
        return literal.value
    }

    /// A string argument in quotes, for messages.
    func quoted(_ node: Expression) -> String {
        guard case .string(let literal) = node.withoutParentheses else { return "\"\"" }
        return literal.invalidBytes.map(Token.quoted) ?? Token.quoted(literal.value)
    }

    private func negate(_ unary: UnaryOperation, _ grid: StepGrid) throws(QueryError) -> EvaluatedValue {
        let value = try evaluate(unary.operand, grid)
        guard unary.isMinus else { return value }
        switch value {
        case .scalar(let values): return .scalar(values.map { -$0 })
        case .vector(let series): return .vector(try mapping(series) { -$0 })
        case .string, .range: preconditionFailure("the type checker lets only scalars and instant vectors through")
        }
    }

    /// Applies a function to every value; the result is no longer the metric, so it loses the name.
    func mapping(_ series: [StepSeries], _ function: (Double) -> Double) throws(QueryError) -> [StepSeries] {
        var mapped: [StepSeries] = []
        mapped.reserveCapacity(series.count)
        for one in series {
            try work(one.values.count)
            var values = one.values
            for index in values.indices where !StaleMarker.isStale(values[index]) {
                values[index] = function(values[index])
            }
            mapped.append(StepSeries(labels: one.labels, values: values))
        }
        return try droppingNames(mapped)
    }

    /// Removes names now, or marks them for removal at the end, as the options say.
    func droppingNames(_ series: [StepSeries]) throws(QueryError) -> [StepSeries] {
        var series = series
        for index in series.indices {
            try work(Self.labelWork)
            if options.delaysNameRemoval {
                series[index].dropsName = true
            } else {
                series[index].labels = series[index].labels.withoutMetadata
            }
        }
        return options.delaysNameRemoval ? series : try merging(series)
    }

    /// Joins series with equal labels; two values at one step are an error.
    func merging(_ series: [StepSeries]) throws(QueryError) -> [StepSeries] {
        guard series.count > 1 else { return series }
        var positions: [Labels: Int] = [:]
        positions.reserveCapacity(series.count)
        var merged: [StepSeries] = []
        merged.reserveCapacity(series.count)
        for one in series {
            try work(Self.labelWork)
            guard let position = positions[one.labels] else {
                positions[one.labels] = merged.count
                merged.append(one)
                continue
            }
            try work(one.values.count)
            for step in one.values.indices where !StaleMarker.isStale(one.values[step]) {
                guard StaleMarker.isStale(merged[position].values[step]) else {
                    throw .execution("vector cannot contain metrics with the same labelset")
                }
                merged[position].values[step] = one.values[step]
            }
        }
        return merged
    }

    private func spread(_ value: EvaluatedValue, _ count: Int) -> EvaluatedValue {
        switch value {
        case .scalar(let values): return .scalar(Array(repeating: values[0], count: count))
        case .vector(let series):
            return .vector(
                series.map {
                    StepSeries(
                        labels: $0.labels, dropsName: $0.dropsName,
                        values: Array(repeating: $0.values[0], count: count))
                })
        case .string, .range: return value
        }
    }
}
