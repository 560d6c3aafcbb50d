internal import MetricModel

extension Evaluation {
    func call(_ call: Call, _ grid: StepGrid) throws(QueryError) -> EvaluatedValue {
        let arguments = call.arguments
        if let function = ElementFunctions.function(call.function) {
            return .vector(try mapping(try vector(arguments[0], grid), function))
        }
        switch call.function {
        case .time: return try scalars(grid) { Double(grid[$0]) / 1000 }
        case .pi: return try scalars(grid) { _ in Double.pi }
        case .start: return try scalars(grid) { _ in Double(start) / 1000 }
        case .end: return try scalars(grid) { _ in Double(end) / 1000 }
        case .range: return try scalars(grid) { _ in Double(end - start) / 1000 }
        case .step: return try scalars(grid) { _ in Double(stepMilliseconds) / 1000 }
        case .maxOf, .minOf:
            let isMaximum = call.function == .maxOf
            let pairs = zip(try scalar(arguments[0], grid), try scalar(arguments[1], grid))
            return .scalar(pairs.map { $0.isNaN || $1.isNaN ? .nan : isMaximum ? max($0, $1) : min($0, $1) })
        case .scalar:
            let series = try vector(arguments[0], grid)
            return try scalars(grid) { Evaluation.singleValue(series, $0) }
        case .vector: return .vector([StepSeries(labels: .empty, values: try scalar(arguments[0], grid))])
        case .timestamp: return .vector(try timestamps(arguments[0], grid))
        case .round, .clamp, .clampMin, .clampMax: return .vector(try bounded(call, grid))
        case .hour, .minute, .month, .year, .dayOfMonth, .dayOfWeek, .dayOfYear, .daysInMonth:
            return .vector(try calendar(call, grid))
        case .sort, .sortDescending, .sortByLabel, .sortByLabelDescending: return .vector(try sorted(call, grid))
        case .absent: return .vector(try absent(arguments[0], grid))
        case .absentOverTime: return .vector(try absentOverTime(arguments[0], grid))
        case .info: return .vector(try info(call, grid))
        case .labelReplace: return .vector(try labelReplace(arguments, grid))
        case .labelJoin: return .vector(try labelJoin(arguments, grid))
        case .histogramQuantile: return .vector(try histogramQuantile(arguments, grid))
        case .histogramQuantiles: return .vector(try histogramQuantiles(arguments, grid))
        case .histogramFraction: return .vector(try histogramFraction(arguments, grid))
        case .histogramAvg, .histogramCount, .histogramSum, .histogramStddev, .histogramStdvar:
            // These look at native histograms only, which no source holds; floats are passed over.
            _ = try vector(arguments[0], grid)
            return .vector([])
        default: return .vector(try windowCall(call, grid))
        }
    }

    /// The value of the only series at a step, NaN where there is none or more than one.
    private static func singleValue(_ series: [StepSeries], _ step: Int) -> Double {
        var found: Double?
        for one in series where !StaleMarker.isStale(one.values[step]) {
            if found != nil { return .nan }
            found = one.values[step]
        }
        return found ?? .nan
    }

    /// The time of each sample for a selector, else the step's time.
    private func timestamps(_ argument: Expression, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        if case .selector(let selector) = argument.withoutParentheses {
            return try droppingNames(counted(try latest(selector, grid) { time, _ in Double(time) / 1000 }))
        }
        return try mappingSteps(try vector(argument, grid), dropsName: true) { step, _ in Double(grid[step]) / 1000 }
    }

    /// Maps every value together with its step.
    func mappingSteps(
        _ series: [StepSeries], dropsName: Bool, _ function: (Int, Double) -> Double
    ) throws(QueryError) -> [StepSeries] {
        var mapped: [StepSeries] = []
        mapped.reserveCapacity(series.count)
        for var one in series {
            try work(one.values.count)
            var isEmpty = true
            for step in one.values.indices where !StaleMarker.isStale(one.values[step]) {
                one.values[step] = function(step, one.values[step])
                if !StaleMarker.isStale(one.values[step]) { isEmpty = false }
            }
            if !isEmpty { mapped.append(one) }
        }
        return dropsName ? try droppingNames(mapped) : mapped
    }

    private func bounded(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let series = try vector(call.arguments[0], grid)
        func bound(_ index: Int) throws(QueryError) -> [Double] { try scalar(call.arguments[index], grid) }
        switch call.function {
        case .clampMin:
            let minimum = try bound(1)
            return try mappingSteps(series, dropsName: true) { ElementFunctions.clamp($1, minimum[$0], .infinity) }
        case .clampMax:
            let maximum = try bound(1)
            return try mappingSteps(series, dropsName: true) { ElementFunctions.clamp($1, -.infinity, maximum[$0]) }
        case .clamp:
            let minimum = try bound(1)
            let maximum = try bound(2)
            return try mappingSteps(series, dropsName: true) { step, value in
                maximum[step] < minimum[step]
                    ? StaleMarker.value : ElementFunctions.clamp(value, minimum[step], maximum[step])
            }
        default:
            try hold(grid.count)
            let nearest = call.arguments.count > 1 ? try bound(1) : Array(repeating: 1, count: grid.count)
            return try mappingSteps(series, dropsName: true) {
                ElementFunctions.round($1, toNearest: nearest[$0])
            }
        }
    }

    private func calendar(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let function = { (seconds: Double) -> Double in
            // Go converts a float beyond the integers to the least of them; a year like that is no one's data.
            let whole = Int64(exactly: seconds.rounded(.towardZero)) ?? 0
            return CalendarTime(unixSeconds: whole).value(of: call.function) ?? .nan
        }
        guard let argument = call.arguments.first else {
            try hold(grid.count)
            let values = (0..<grid.count).map { function((Double(grid[$0]) / 1000).rounded(.down)) }
            return [StepSeries(labels: .empty, values: values)]
        }
        return try mapping(try vector(argument, grid), function)
    }

    private func sorted(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let series = try vector(call.arguments[0], grid)
        if isRangeQuery {
            annotations.warn(
                "sort is ineffective for range queries since results are always ordered by labels", call.textRange)
            return series
        }
        switch call.function {
        case .sort, .sortDescending:
            let isAscending = call.function == .sort
            return try ordered(series) {
                Evaluation.isOrdered($0.values[0], $1.values[0], ascending: isAscending)
            }
        default:
            let names = call.arguments.dropFirst().map(string)
            let isDescending = call.function == .sortByLabelDescending
            return try ordered(series) { left, right in
                NaturalOrder.isOrdered(left.labels, right.labels, by: names, descending: isDescending)
            }
        }
    }

    /// Order of values with NaN behind every number, whichever way.
    static func isOrdered(_ left: Double, _ right: Double, ascending: Bool) -> Bool {
        if left.isNaN { return false }
        if right.isNaN { return true }
        return ascending ? left < right : left > right
    }

    private func absent(_ argument: Expression, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let series = try vector(argument, grid)
        try hold(grid.count)
        let values = try absence(of: series, grid)
        return values.contains(1) ? [StepSeries(labels: AbsentLabels.of(argument), values: values)] : []
    }

    private func absentOverTime(_ argument: Expression, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let present = try rolling(try range(argument, grid), grid, keepsName: true, PlainWindowFunction { _ in 1 })
        try hold(grid.count)
        let values = try absence(of: present, grid)
        return values.contains(1) ? [StepSeries(labels: AbsentLabels.of(argument), values: values)] : []
    }

    /// 1 at each step at which no series has a value.
    private func absence(of series: [StepSeries], _ grid: StepGrid) throws(QueryError) -> [Double] {
        var values = [Double](repeating: 1, count: grid.count)
        for one in series {
            try work(grid.count)
            for step in 0..<grid.count where !StaleMarker.isStale(one.values[step]) {
                values[step] = StaleMarker.value
            }
        }
        return values
    }

    /// Evaluates a range vector argument.
    func range(_ node: Expression, _ grid: StepGrid) throws(QueryError) -> RangeVector {
        switch node {
        case .parenthesised(let parenthesised): return try range(parenthesised.inner, grid)
        case .range(let selector): return try rangeVector(selector, grid)
        case .subquery(let subquery): return try rangeVector(subquery, grid)
        default: preconditionFailure("the type checker lets only range vectors through")
        }
    }
}
