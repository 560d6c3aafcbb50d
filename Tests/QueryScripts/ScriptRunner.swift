internal import LabelMatching
internal import MetricModel
internal import PromQL
internal import QueryFixtures

/// Runs scripts of Prometheus's test language against the engine, with the settings that Prometheus's own runner has.
package struct ScriptRunner {
    /// Whether each instant query is also run with `@` and as a range, as Prometheus's own runner does.
    let reruns: Bool
    let engine: QueryEngine
    private(set) var source = MemorySource()
    /// The series that scripts load native histograms for, which no source holds.
    private var histogramLabels: [Labels] = []
    private var hasStartTimestamps = false

    package init(reruns: Bool = true) {
        self.reruns = reruns
        var options = QueryOptions()
        options.delaysNameRemoval = true
        options.sampleLimit = 1_000_000
        options.isExperimental = true
        engine = QueryEngine(options)
    }

    package mutating func run(_ text: String) -> ScriptReport {
        var report = ScriptReport()
        for command in ScriptCommand.commands(of: text, unreadable: &report.unreadable) {
            switch command.kind {
            case .clear:
                source = MemorySource()
                histogramLabels = []
                hasStartTimestamps = false
            case .load(let step, let buildsHistograms):
                for line in command.body {
                    do {
                        try load(line, step, buildsHistograms)
                    } catch {
                        report.unreadable.append("line \(command.line): \(line): \(error)")
                    }
                }
            case .instant(_, let query), .range(_, _, _, let query):
                report.total += 1
                guard let message = problem(of: command) else { continue }
                report.failures.append(
                    ScriptReport.Failure(
                        line: command.line, query: query, message: message, reason: reason(command, query)))
            }
        }
        return report
    }

    private mutating func load(_ line: String, _ step: Int64, _ buildsHistograms: Bool) throws {
        if ScriptSeries.isStartTimestamps(line) {
            hasStartTimestamps = true
            return
        }
        let series = try ScriptSeries(line)
        if series.hasHistograms { histogramLabels.append(series.labels) }
        if buildsHistograms {
            for suffix in ["_bucket", "_count", "_sum"] where series.labels.metricName.hasSuffix(suffix) {
                let kept = series.labels.filter { $0.name != "le" && $0.name != "__name__" }
                let name = Label("__name__", String(series.labels.metricName.dropLast(suffix.count)))
                histogramLabels.append(Labels(kept + [name]))
            }
        }
        let samples = series.values.enumerated().compactMap { index, value in
            value.map { (Int64(index) * step, $0) }
        }
        if !samples.isEmpty { source.append(series.labels, samples) }
    }

    private func problem(of command: ScriptCommand) -> String? {
        do {
            let expectation = try ScriptExpectation(command)
            return expectation.needsHistograms ? "wanted native histograms" : check(command, expectation)
        } catch {
            return "\(error)"
        }
    }

    /// What an eval that failed would have needed: what its expectation or the series it selects have.
    private func reason(_ command: ScriptCommand, _ query: String) -> ScriptReport.Reason {
        if hasStartTimestamps || query.contains("start_timestamp(") { return .startTimestamps }
        if command.body.contains(where: { $0.contains("{{") }) { return .nativeHistograms }
        guard let tree = try? QueryParser.parse(query, engine.options.parsing) else { return .none }
        let selectors = SelectorList.of(tree)
        let isSelected = histogramLabels.contains { labels in selectors.contains { $0.match(labels) } }
        return isSelected ? .nativeHistograms : .none
    }
}
