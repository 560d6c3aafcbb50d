internal import LabelMatching
internal import MetricModel

/// `info(v, {matchers})`: adds to each series the labels of the info metrics of its target, `target_info` unless the
/// matchers name others.
extension Evaluation {
    /// The labels by which a series and an info series belong together.
    private static let identifyingLabels = ["instance", "job"]

    func info(_ call: Call, _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let base = try vector(call.arguments[0], grid)
        var matchers = [LabelMatcher("__name__", equals: "target_info")]
        if call.arguments.count > 1, case .selector(let selector) = call.arguments[1] { matchers = selector.matchers }
        let names = try Evaluation.nameMatchers(matchers.filter { $0.name == "__name__" })
        let data = matchers.filter { $0.name != "__name__" }
        let isInfo = base.map { series in
            let name = series.labels.metricName
            return names.allSatisfy { $0.matches(name) }
        }
        let infos = try infoSeries(call.arguments[0], names + data, zip(base, isInfo).filter { !$1 }.map(\.0), grid)
        let newest = try NewestInfo(infos, by: Evaluation.identifyingLabels, stepCount: grid.count)
        var result: [StepSeries] = []
        for (series, isInfo) in zip(base, isInfo) {
            if isInfo {
                result.append(series)
            } else {
                result += try enriched(series, newest, infos, data, grid)
            }
        }
        return try merging(result)
    }

    /// What selects info metrics by name: those asked for, of `_info` metrics where the matchers only exclude some.
    private static func nameMatchers(_ asked: [LabelMatcher]) throws(QueryError) -> [LabelMatcher] {
        if asked.isEmpty { return [LabelMatcher("__name__", equals: "target_info")] }
        if asked.contains(where: { !$0.operation.isNegative }) { return asked }
        do {
            return [try LabelMatcher("__name__", .matches, ".+_info")] + asked
        } catch {
            throw .execution("\(error)")
        }
    }

    /// The info series of the base series' targets, each value the time of its sample.
    private func infoSeries(
        _ argument: Expression, _ matchers: [LabelMatcher], _ base: [StepSeries], _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        var values = Evaluation.identifyingLabels.map { name in
            Set(base.compactMap { $0.labels[name] }.map { ExactText($0) })
        }
        for index in values.indices { values[index].remove("") }
        if values.allSatisfy(\.isEmpty) { return [] }
        let selector = VectorSelector(
            name: "", matchers: matchers, shift: try firstShift(argument) ?? TimeShift(),
            textRange: argument.textRange)
        let found = try latest(selector, grid) { time, _ in Double(time) }
        return counted(
            found.filter { series in
                zip(Evaluation.identifyingLabels, values).allSatisfy { name, values in
                    values.isEmpty || values.contains(ExactText(series.labels[name] ?? ""))
                }
            })
    }

    /// The time shift of the first selector in an expression, seen from outside the subqueries around it.
    private func firstShift(_ node: Expression) throws(QueryError) -> TimeShift? {
        func first(_ nodes: [Expression]) throws(QueryError) -> TimeShift? {
            for node in nodes {
                if let shift = try firstShift(node) { return shift }
            }
            return nil
        }
        switch node {
        case .number, .string: return nil
        case .selector(let selector): return try resolved(selector.shift)
        case .range(let range): return try resolved(range.selector.shift)
        case .subquery(let subquery):
            guard var shift = try firstShift(subquery.inner) else { return nil }
            if shift.fixedTime != nil { return shift }
            let outer = try resolved(subquery.shift)
            shift.offsetMilliseconds += outer.offsetMilliseconds
            shift.fixedTime = outer.fixedTime
            return shift
        case .call(let call): return try first(call.arguments)
        case .aggregation(let aggregation):
            return try first([aggregation.operand] + (aggregation.parameter.map { [$0] } ?? []))
        case .binary(let operation): return try first([operation.left, operation.right])
        case .unary(let unary): return try firstShift(unary.operand)
        case .parenthesised(let parenthesised): return try firstShift(parenthesised.inner)
        }
    }

    private func resolved(_ shift: TimeShift) throws(QueryError) -> TimeShift {
        let reference = try reference(shift)
        return TimeShift(
            offsetMilliseconds: reference.offsetMilliseconds,
            fixedTime: reference.fixedMilliseconds.map(FixedTime.unixMilliseconds))
    }

    /// A base series with the labels that its info series have at each step: a series for each set of labels.
    private func enriched(
        _ base: StepSeries, _ newest: NewestInfo, _ infos: [StepSeries], _ data: [LabelMatcher], _ grid: StepGrid
    ) throws(QueryError) -> [StepSeries] {
        try checkInterruption()
        let isOptional = data.allSatisfy(\.matchesEmpty)
        let candidates = newest.candidates(base.labels)
        var positions: [[Int]: Int?] = [:]
        var result: [StepSeries] = []
        for step in 0..<grid.count where !StaleMarker.isStale(base.values[step]) {
            let present = candidates.map { $0[step] }.filter { $0 >= 0 }
            if positions[present] == nil {
                if present.isEmpty, !isOptional {
                    positions[present] = .some(nil)
                } else {
                    let labels = try Evaluation.adding(present.map { infos[$0].labels }, to: base.labels, data)
                    try hold(grid.count)
                    try hold(labels)
                    positions[present] = result.count
                    result.append(
                        StepSeries(
                            labels: labels, dropsName: base.dropsName,
                            values: Array(repeating: StaleMarker.value, count: grid.count)))
                }
            }
            if let position = positions[present] ?? nil { result[position].values[step] = base.values[step] }
        }
        return result
    }

    private static func adding(
        _ infos: [Labels], to base: Labels, _ data: [LabelMatcher]
    ) throws(QueryError) -> Labels {
        var added: [ExactText: String] = [:]
        for label in infos.joined() where label.name != "__name__" {
            if !data.isEmpty, !data.contains(where: { $0.name.hasEqualBytes(label.name) }) { continue }
            if let other = added[ExactText(label.name)], !other.hasEqualBytes(label.value) {
                throw .execution("conflicting label: \(label.name)")
            }
            if base[label.name] == nil { added[ExactText(label.name)] = label.value }
        }
        return base.merging(Labels(added.map { Label($0.key.text, $0.value) }))
    }
}
