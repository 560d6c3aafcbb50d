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
            let limit = options.labelByteLimit
            guard let value = ReplacementTemplate.expand(template, groups, byteLimit: limit, pattern.groupNumber) else {
                throw .execution("label value in label_replace() is longer than \(limit) bytes")
            }
            try set(&series[index], destination, value)
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
            var value = ""
            for (position, source) in sources.enumerated() {
                if position > 0 { value += separator }
                value += labels[source] ?? ""
                guard value.utf8.count <= options.labelByteLimit else {
                    throw .execution("label value in label_join() is longer than \(options.labelByteLimit) bytes")
                }
            }
            try set(&series[index], destination, value)
        }
        return try merging(series)
    }

    /// Sets a label that the query makes. A name set so is not one to be removed.
    private func set(_ series: inout StepSeries, _ name: String, _ value: String) throws(QueryError) {
        try checkInterruption()
        series.labels = series.labels.setting(name, to: value)
        if name == "__name__" { series.dropsName = false }
        try hold(series.labels)
    }
}
