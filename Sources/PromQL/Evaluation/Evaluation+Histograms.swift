internal import MetricModel

extension Evaluation {
    /// The `_bucket` series of one classic histogram.
    private struct BucketGroup {
        /// Without `le`.
        let labels: Labels
        var dropsName: Bool
        var members: [(upperBound: Double, values: [Double])] = []

        func buckets(at step: Int) -> HistogramBuckets? {
            let present = members.compactMap { member in
                StaleMarker.isStale(member.values[step])
                    ? nil : HistogramBuckets.Bucket(upperBound: member.upperBound, count: member.values[step])
            }
            return present.isEmpty ? nil : HistogramBuckets(present)
        }
    }

    func histogramQuantile(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let quantiles = try scalar(arguments[0], grid)
        checkQuantiles(quantiles, arguments[0].textRange)
        let groups = try bucketGroups(arguments[1], grid)
        let range = arguments[1].textRange
        return try overGroups(groups, grid) { group, step, buckets in
            let (value, repair) = buckets.quantile(quantiles[step])
            if let repair {
                let name = self.options.delaysNameRemoval ? group.metricName : ""
                self.annotations.forcedMonotonicity(name, range, repair, at: grid[step])
            }
            return value
        }
    }

    /// `histogram_quantiles(v, label, q…)`: a series for each quantile, which becomes a label.
    func histogramQuantiles(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let label = string(arguments[1])
        let range = arguments[0].textRange
        let groups = try bucketGroups(arguments[0], grid)
        var result: [StepSeries] = []
        for argument in arguments.dropFirst(2) {
            let quantiles = try scalar(argument, grid)
            checkQuantiles(quantiles, argument.textRange)
            // A quantile that changes by step names its series anew each time.
            for quantile in Set(quantiles.map(\.bitPattern)).map(Double.init(bitPattern:)) {
                result += try overGroups(groups, grid) { group, step, buckets in
                    guard quantiles[step].bitPattern == quantile.bitPattern else { return StaleMarker.value }
                    let (value, repair) = buckets.quantile(quantile)
                    if let repair {
                        let name = self.options.delaysNameRemoval ? group.metricName : ""
                        self.annotations.forcedMonotonicity(name, range, repair, at: grid[step])
                    }
                    return value
                }.map { one in
                    StepSeries(
                        labels: one.labels.setting(label, to: GoNumber.openMetrics(quantile)),
                        dropsName: one.dropsName, values: one.values)
                }
            }
        }
        return try merging(result)
    }

    func histogramFraction(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let lower = try scalar(arguments[0], grid)
        let upper = try scalar(arguments[1], grid)
        let groups = try bucketGroups(arguments[2], grid)
        return try overGroups(groups, grid) { _, step, buckets in
            buckets.fraction(from: lower[step], through: upper[step])
        }
    }

    private func overGroups(
        _ groups: [BucketGroup], _ grid: StepGrid, _ function: (Labels, Int, inout HistogramBuckets) -> Double
    ) throws(QueryError) -> [StepSeries] {
        var result: [StepSeries] = []
        for group in groups {
            try checkInterruption()
            try hold(grid.count)
            var values = [Double](repeating: StaleMarker.value, count: grid.count)
            for step in 0..<grid.count {
                guard var buckets = group.buckets(at: step) else { continue }
                values[step] = function(group.labels, step, &buckets)
            }
            result.append(StepSeries(labels: group.labels, dropsName: group.dropsName, values: values))
        }
        return try droppingNames(result)
    }

    private func bucketGroups(_ argument: Expression, _ grid: StepGrid) throws(QueryError) -> [BucketGroup] {
        var positions: [Labels: Int] = [:]
        var groups: [BucketGroup] = []
        for series in try vector(argument, grid) {
            let bound = series.labels["le"] ?? ""
            guard let upperBound = NumberText.number(bound) ?? Double(bound) else {
                let name = series.labels.metricName
                annotations.warn(
                    "bucket label \"le\" is missing or has a malformed value of \(Token.quoted(bound))"
                        + (name.isEmpty ? "" : " for metric name \(Token.quoted(name))"), argument.textRange)
                continue
            }
            let labels = series.labels.removing(["le"])
            let position = positions[labels] ?? groups.count
            if position == groups.count {
                positions[labels] = position
                groups.append(BucketGroup(labels: labels, dropsName: series.dropsName))
            }
            groups[position].members.append((upperBound, series.values))
        }
        // Once for all steps; buckets of equal bounds stay in their order.
        for index in groups.indices {
            groups[index].members.sort { $0.upperBound < $1.upperBound }
        }
        return groups
    }
}
