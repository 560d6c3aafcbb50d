internal import MetricModel

/// Which series of a vector belong to which result of an aggregation.
struct SeriesGroups {
    /// The labels of each group.
    var labels: [Labels] = []
    /// The group of each series.
    var groupOfSeries: [Int] = []
    /// The series of each group.
    var members: [[Int]] = []

    init(_ series: [StepSeries], by names: [String], isWithout: Bool) {
        var positions: [Labels: Int] = [:]
        let removed = names + ["__name__"]
        for (index, one) in series.enumerated() {
            let key = isWithout ? one.labels.removing(removed) : names.isEmpty ? .empty : one.labels.keeping(names)
            let group = positions[key] ?? labels.count
            if group == labels.count {
                positions[key] = group
                labels.append(key)
                members.append([])
            }
            groupOfSeries.append(group)
            members[group].append(index)
        }
    }
}

extension Evaluation {
    func aggregate(_ aggregation: Aggregation, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        if aggregation.operation == .countValues { return try countValues(aggregation, grid) }
        let parameters = try aggregation.parameter.map { node throws(QueryError) in try scalar(node, grid) }
        let series = try vector(aggregation.operand, grid)
        let groups = SeriesGroups(series, by: aggregation.grouping, isWithout: aggregation.isWithout)
        switch aggregation.operation {
        case .topk, .bottomk, .limitk, .limitRatio:
            return try select(aggregation, series, groups, parameters ?? [], grid)
        case .quantile:
            let quantiles = parameters ?? []
            if let range = aggregation.parameter?.textRange { checkQuantiles(quantiles, range) }
            return try gathering(series, groups, grid) { step, values in Quantile.of(quantiles[step], values) }
        default: break
        }
        var result: [StepSeries] = []
        result.reserveCapacity(groups.labels.count)
        for (group, members) in groups.members.enumerated() {
            try checkInterruption()
            try hold(grid.count)
            result.append(
                StepSeries(
                    labels: groups.labels[group], dropsName: members.contains { series[$0].dropsName },
                    values: Evaluation.fold(aggregation.operation, series, members, grid.count)))
        }
        return result.filter { $0.values.contains { !StaleMarker.isStale($0) } }
    }

    /// Folds the columns of one group into one, series by series, so that memory is read in order.
    private static func fold(
        _ operation: AggregationOperator, _ series: [StepSeries], _ members: [Int], _ count: Int
    ) -> [Double] {
        switch operation {
        case .sum:
            return folding(series, members, count, start: { CompensatedSum($0) }, { $0.add($1) }, { $0.total })
        case .avg:
            return folding(series, members, count, start: { CompensatedMean($0) }, { $0.add($1) }, { $0.mean })
        case .min:
            return folding(series, members, count, start: { $0 }, { if $0 > $1 || $0.isNaN { $0 = $1 } }, { $0 })
        case .max:
            return folding(series, members, count, start: { $0 }, { if $0 < $1 || $0.isNaN { $0 = $1 } }, { $0 })
        case .count: return folding(series, members, count, start: { _ in 1.0 }, { total, _ in total += 1 }, { $0 })
        case .group: return folding(series, members, count, start: { _ in 1.0 }, { _, _ in }, { $0 })
        case .stdvar: return folding(series, members, count, start: Spread.init, { $0.add($1) }, { $0.variance })
        case .stddev:
            return folding(series, members, count, start: Spread.init, { $0.add($1) }, { $0.variance.squareRoot() })
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio:
            preconditionFailure("\(operation.rawValue) is not a fold")
        }
    }

    @inline(__always)
    private static func folding<State>(
        _ series: [StepSeries], _ members: [Int], _ count: Int, start: (Double) -> State,
        _ add: (inout State, Double) -> Void, _ finish: (State) -> Double
    ) -> [Double] {
        // A place is begun by its first value, so what is in it before does not matter.
        var isBegun = [Bool](repeating: false, count: count)
        var states = [State](repeating: start(0), count: count)
        states.withUnsafeMutableBufferPointer { states in
            isBegun.withUnsafeMutableBufferPointer { isBegun in
                for member in members {
                    series[member].values.withUnsafeBufferPointer { values in
                        for step in 0..<count where !StaleMarker.isStale(values[step]) {
                            if isBegun[step] {
                                add(&states[step], values[step])
                            } else {
                                states[step] = start(values[step])
                                isBegun[step] = true
                            }
                        }
                    }
                }
            }
        }
        return (0..<count).map { isBegun[$0] ? finish(states[$0]) : StaleMarker.value }
    }

    /// Gives all values of a group at a step to a function.
    private func gathering(
        _ series: [StepSeries], _ groups: SeriesGroups, _ grid: StepGrid, _ function: (Int, [Double]) -> Double
    ) throws(QueryError) -> [StepSeries] {
        var result: [StepSeries] = []
        for (group, members) in groups.members.enumerated() {
            try checkInterruption()
            try hold(grid.count)
            let values = (0..<grid.count).map { step in
                let present = members.map { series[$0].values[step] }.filter { !StaleMarker.isStale($0) }
                return present.isEmpty ? StaleMarker.value : function(step, present)
            }
            result.append(
                StepSeries(
                    labels: groups.labels[group], dropsName: members.contains { series[$0].dropsName },
                    values: values))
        }
        return result.filter { $0.values.contains { !StaleMarker.isStale($0) } }
    }

    /// `count_values`: how many series of a group have each value, the value becoming a label.
    private func countValues(_ aggregation: Aggregation, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        guard let parameter = aggregation.parameter, let name = labelName(parameter) else {
            throw .execution("invalid label name \(aggregation.parameter.map(quoted) ?? "")")
        }
        let grouping = aggregation.isWithout ? aggregation.grouping : aggregation.grouping + [name]
        var positions: [Labels: Int] = [:]
        var result: [StepSeries] = []
        for one in try vector(aggregation.operand, grid) {
            try checkInterruption()
            var known: [UInt64: Int] = [:]
            for (step, value) in one.values.enumerated() where !StaleMarker.isStale(value) {
                let position: Int
                if let found = known[value.bitPattern] {
                    position = found
                } else {
                    let labelled = one.labels.setting(name, to: GoNumber.fixed(value))
                    let labels =
                        aggregation.isWithout
                        ? labelled.removing(grouping + ["__name__"]) : labelled.keeping(grouping)
                    position = positions[labels] ?? result.count
                    if position == result.count {
                        positions[labels] = position
                        try hold(grid.count)
                        try hold(labels)
                        let values = [Double](repeating: StaleMarker.value, count: grid.count)
                        result.append(StepSeries(labels: labels, values: values))
                    }
                    known[value.bitPattern] = position
                }
                let count = result[position].values[step]
                result[position].values[step] = StaleMarker.isStale(count) ? 1 : count + 1
            }
        }
        return result
    }
}
