internal import LabelMatching
internal import MetricModel

extension Evaluation {
    /// `label_replace(v, destination, replacement, source, pattern)`.
    func labelReplace(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let template = string(arguments[2])
        let sourceName = string(arguments[3])
        let patternText = string(arguments[4])
        let pattern: CompiledPattern
        do {
            pattern = try CompiledPattern(patternText)
        } catch {
            throw .execution("invalid regular expression in label_replace(): \(patternText)")
        }
        guard let destination = labelName(arguments[1]) else {
            throw .execution("invalid destination label name in label_replace(): \(string(arguments[1]))")
        }
        var series = try vector(arguments[0], grid)
        for index in series.indices {
            guard let groups = pattern.groups(in: series[index].labels[sourceName] ?? "") else { continue }
            let value = ReplacementTemplate.expand(template, groups) { pattern.groupNumber(named: $0) }
            series[index].labels = series[index].labels.setting(destination, to: value)
            if destination == "__name__" { series[index].dropsName = false }
        }
        return try merging(series)
    }

    /// `label_join(v, destination, separator, source…)`.
    func labelJoin(_ arguments: [Expression], _ grid: StepGrid) throws(QueryError) -> [StepSeries] {
        let separator = string(arguments[2])
        var sources: [String] = []
        for argument in arguments.dropFirst(3) {
            guard let source = labelName(argument) else {
                throw .execution("invalid source label name in label_join(): \(string(argument))")
            }
            sources.append(source)
        }
        guard let destination = labelName(arguments[1]) else {
            throw .execution("invalid destination label name in label_join(): \(string(arguments[1]))")
        }
        var series = try vector(arguments[0], grid)
        for index in series.indices {
            let labels = series[index].labels
            let value = sources.map { labels[$0] ?? "" }.joined(separator: separator)
            series[index].labels = labels.setting(destination, to: value)
            if destination == "__name__" { series[index].dropsName = false }
        }
        return try merging(series)
    }
}
