internal import MetricModel

extension Evaluation {
    /// Aggregations that keep some series of each group as they are.
    func select(
        _ aggregation: Aggregation, _ series: [StepSeries], _ groups: SeriesGroups, _ parameters: [Double],
        _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        if aggregation.operation == .limitRatio { return try sample(aggregation, series, parameters, grid) }
        if parameters.contains(where: \.isNaN) { throw .execution("Parameter value is NaN") }
        guard let greatest = parameters.max(), greatest >= 1 else { return [] }
        if let least = parameters.min(), least <= -0x1p63 {
            throw .execution("Scalar value \(GoNumber.general(least)) underflows int64")
        }
        if greatest >= 0x1p63 {
            throw .execution("Scalar value \(GoNumber.general(greatest)) overflows int64")
        }
        try hold(series.count * grid.count)
        var kept = series.map { _ in [Double](repeating: StaleMarker.value, count: grid.count) }
        var instantOrder: [Int] = []
        for members in groups.members {
            try checkInterruption()
            for step in 0..<grid.count {
                let limit = Int(min(parameters[step], Double(series.count)))
                guard limit >= 1 else { continue }
                try work(members.count)
                let chosen = try choose(aggregation.operation, series, members, step, limit)
                for index in chosen { kept[index][step] = series[index].values[step] }
                if grid.count == 1 { instantOrder += chosen }
            }
        }
        let order = grid.count == 1 ? instantOrder : Array(series.indices)
        return order.map { index in
            StepSeries(labels: series[index].labels, dropsName: series[index].dropsName, values: kept[index])
        }.filter { $0.values.contains { !StaleMarker.isStale($0) } }
    }

    /// Of so few it is cheaper to keep them in order as they come than to put all in order.
    private static let insertionLimit = 64

    private func choose(
        _ operation: AggregationOperator, _ series: [StepSeries], _ members: [Int], _ step: Int, _ limit: Int
    ) throws(QueryError) -> [Int] {
        let present = members.filter { !StaleMarker.isStale(series[$0].values[step]) }
        if operation == .limitk { return Array(present.prefix(limit)) }
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            Evaluation.isOrdered(
                series[left].values[step], series[right].values[step], ascending: operation == .bottomk)
        }
        guard limit <= Self.insertionLimit else { return Array(try ordered(present, isBefore).prefix(limit)) }
        var chosen: [Int] = []
        chosen.reserveCapacity(limit + 1)
        for member in present {
            if chosen.count == limit, !isBefore(member, chosen[limit - 1]) { continue }
            // Of equal ones the first stays before.
            let place = chosen.lastIndex { !isBefore(member, $0) }.map { $0 + 1 } ?? 0
            chosen.insert(member, at: place)
            if chosen.count > limit { chosen.removeLast() }
        }
        return chosen
    }

    /// `limit_ratio`: a share of the series chosen by a hash of their labels; a negative ratio chooses the others.
    private func sample(
        _ aggregation: Aggregation, _ series: [StepSeries], _ parameters: [Double], _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        if parameters.contains(where: \.isNaN) { throw .execution("Ratio value is NaN") }
        let ends = [parameters.max() ?? 0, parameters.min() ?? 0]
        if ends == [0, 0] { return [] }
        for (ratio, bound) in zip(ends, [1.0, -1.0]) where ratio / bound > 1 {
            if let range = aggregation.parameter?.textRange {
                annotations.warn(
                    "ratio value should be between -1 and 1, got \(GoNumber.general(ratio)), "
                        + "capping to \(GoNumber.general(bound))", range)
            }
        }
        var result: [StepSeries] = []
        for var one in series {
            try work(one.values.count + Self.labelWork)
            let share = Double(LabelHash.of(one.labels)) / Double(UInt64.max)
            for step in one.values.indices {
                let ratio = max(-1, min(1, parameters[step]))
                let isChosen = ratio >= 0 ? share < ratio : share >= 1 + ratio
                if !isChosen { one.values[step] = StaleMarker.value }
            }
            if one.values.contains(where: { !StaleMarker.isStale($0) }) { result.append(one) }
        }
        return result
    }
}
