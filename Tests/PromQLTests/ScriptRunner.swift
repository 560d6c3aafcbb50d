import LabelMatching
import MetricModel
import QueryFixtures

@testable import PromQL

/// Runs scripts of Prometheus's test language against the engine.
struct ScriptRunner {
    struct Failure: CustomStringConvertible {
        let line: Int
        let query: String
        let message: String
        var description: String { "line \(line): \(query): \(message)" }
    }

    struct Report {
        var total = 0
        var failures: [Failure] = []
        /// Evals that expect native histograms; they are in `total` and never pass.
        var histogramCount = 0
        var passed: Int { total - failures.count }
    }

    /// Whether each instant query is also run with `@` and as a range, as Prometheus's own runner does.
    let reruns: Bool
    private var source = MemorySource()
    private let engine: QueryEngine

    init(reruns: Bool = true) {
        self.reruns = reruns
        var options = QueryOptions()
        options.delaysNameRemoval = true
        options.sampleLimit = 1_000_000
        options.parsing.allowsExperimental = true
        engine = QueryEngine(options)
    }

    mutating func run(_ text: String) throws -> Report {
        var report = Report()
        for command in try ScriptCommand.parse(text) {
            switch command.kind {
            case .clear: source = MemorySource()
            case .load(let step): try load(command.body, step)
            case .instant(_, let query), .range(_, _, _, let query):
                report.total += 1
                var message: String?
                do {
                    let expectation = try ScriptExpectation(command)
                    if expectation.needsHistograms { report.histogramCount += 1 }
                    message = expectation.needsHistograms ? "needs native histograms" : check(command, expectation)
                } catch {
                    message = "\(error)"
                    if command.body.contains(where: { $0.contains("{{") }) { report.histogramCount += 1 }
                }
                if let message { report.failures.append(Failure(line: command.line, query: query, message: message)) }
            }
        }
        return report
    }

    private mutating func load(_ lines: [String], _ step: Int64) throws {
        for line in lines {
            let series = try ScriptSeries(line)
            let samples = series.values.enumerated().compactMap { index, value in
                value.map { (Int64(index) * step, $0) }
            }
            if !samples.isEmpty { source.append(series.labels, samples) }
        }
    }

    // MARK: Checks; each returns what is wrong, or nil

    private func check(_ command: ScriptCommand, _ expectation: ScriptExpectation) -> String? {
        switch command.kind {
        case .clear, .load: return nil
        case .range(let start, let end, let step, let query):
            return outcome(expectation) {
                try engine.range(query, from: start, through: end, stepMilliseconds: step, source: source)
            } check: { outcome in
                let count = Int((end - start) / step) + 1
                return expectation.problem(ofRemarks: outcome)
                    ?? Self.problem(ofMatrix: outcome.value, expectation, (0..<count).map { start + Int64($0) * step })
            }
        case .instant(let time, let query):
            let problem = outcome(expectation) {
                try engine.instant(query, at: time, source: source)
            } check: { outcome in
                expectation.problem(ofRemarks: outcome) ?? Self.problem(ofInstant: outcome.value, expectation)
            }
            if let problem { return problem }
            return reruns ? rerunProblem(query, time, expectation) : nil
        }
    }

    private func outcome(
        _ expectation: ScriptExpectation, _ run: () throws -> QueryOutcome, check: (QueryOutcome) -> String?
    ) -> String? {
        do {
            let outcome = try run()
            if expectation.fails { return "expected to fail, got \(outcome.value)" }
            return check(outcome)
        } catch {
            guard expectation.fails else { return "failed: \(error)" }
            var text = "\(error)"
            if case .parse(let parseError) = error as? QueryError { text = parseError.message }
            let fits = ScriptExpectation.matches(text, expectation.failureMessage, expectation.failurePattern)
            return fits ? nil : "failed otherwise: \(text)"
        }
    }

    /// The hidden reruns: the query with `@ time` everywhere at other times, and each of these as a short range.
    private func rerunProblem(_ query: String, _ time: Int64, _ expectation: ScriptExpectation) -> String? {
        if expectation.fails || expectation.string != nil || expectation.rangeVector != nil { return nil }
        guard let tree = try? QueryParser.parse(query, engine.options.parsing) else { return nil }
        var runs: [(String, Int64)] = [(query, time)]
        if let fixed = AtModifier.adding(time, to: tree)?.description {
            let times: [Int64] = time == 0 ? [-1000, 0, 1000] : [-10 * time, 0, time / 5, time, 10 * time]
            runs += times.map { (fixed, $0) }
        }
        for (text, at) in runs {
            var problem = outcome(expectation) {
                try engine.instant(text, at: at, source: source)
            } check: {
                Self.problem(ofInstant: $0.value, expectation)
            }
            if let problem { return "rerun \(text) at \(at): \(problem)" }
            // These functions tell a range query from an instant one.
            let isRangeDependent = ["start()", "end()", "range()", "step()"].contains { text.contains($0) }
            if expectation.isOrdered || isRangeDependent { continue }
            problem = outcome(expectation) {
                try engine.range(
                    text, from: at - 60_000, through: at + 60_000, stepMilliseconds: 60_000, source: source)
            } check: { outcome in
                guard case .matrix(let columns) = outcome.value else { return "a range query gives a matrix" }
                let middle = columns.compactMap { column -> VectorSample? in
                    guard let index = column.unixMilliseconds.firstIndex(of: at) else { return nil }
                    return VectorSample(labels: column.labels, value: column.values[index])
                }
                return Self.problem(ofSamples: middle, expectation)
            }
            if let problem { return "range rerun \(text) at \(at): \(problem)" }
        }
        return nil
    }

    private static func problem(ofInstant value: QueryValue, _ expectation: ScriptExpectation) -> String? {
        switch value {
        case .string(_, let text):
            return text == expectation.string ? nil : "expected string \(expectation.string ?? "-"), got \(text)"
        case .scalar(_, let number):
            guard let wanted = expectation.scalar else { return "got the scalar \(number)" }
            return ScriptExpectation.areEqual(number, wanted) ? nil : "wanted \(wanted), got \(number)"
        case .vector(_, let samples):
            if expectation.scalar != nil || expectation.string != nil { return "got a vector" }
            if expectation.isOrdered {
                let got = samples.map(\.labels)
                let wanted = expectation.series.map(\.labels)
                if got != wanted { return "wanted the order \(wanted), got \(got)" }
            }
            return problem(ofSamples: samples, expectation)
        case .matrix:
            guard let range = expectation.rangeVector else { return "got a matrix" }
            let count = Int((range.end - range.start) / range.step) + 1
            return problem(ofMatrix: value, expectation, (0..<count).map { range.start + Int64($0) * range.step })
        }
    }

    private static func problem(ofSamples samples: [VectorSample], _ expectation: ScriptExpectation) -> String? {
        if let wanted = expectation.scalar {
            guard samples.count == 1, ScriptExpectation.areEqual(samples[0].value, wanted) else {
                return "wanted \(wanted), got \(samples)"
            }
            return nil
        }
        var rest: [Labels: Double] = [:]
        for sample in samples {
            if rest.updateValue(sample.value, forKey: sample.labels) != nil { return "twice: \(sample.labels)" }
        }
        for one in expectation.series {
            guard let value = rest.removeValue(forKey: one.labels) else { return "missing: \(one.labels)" }
            guard one.values.count == 1, let wanted = one.values[0], ScriptExpectation.areEqual(value, wanted) else {
                return "\(one.labels): wanted \(one.values), got \(value)"
            }
        }
        return rest.isEmpty ? nil : "unexpected: \(rest.map { "\($0.key) \($0.value)" }.sorted())"
    }

    private static func problem(
        ofMatrix value: QueryValue, _ expectation: ScriptExpectation, _ times: [Int64]
    ) -> String? {
        guard case .matrix(let columns) = value else { return "got no matrix" }
        if columns.map(\.labels) != columns.map(\.labels).sorted() { return "not in the order of labels" }
        var rest: [Labels: SeriesColumn] = [:]
        for column in columns { rest[column.labels] = column }
        for one in expectation.series {
            let wanted = zip(times, one.values).compactMap { time, value in value.map { (time, $0) } }
            guard let column = rest.removeValue(forKey: one.labels) else {
                if wanted.isEmpty { continue }
                return "missing: \(one.labels)"
            }
            let fits =
                column.unixMilliseconds == wanted.map(\.0)
                && zip(column.values, wanted).allSatisfy { ScriptExpectation.areEqual($0, $1.1) }
            if !fits {
                return "\(one.labels): wanted \(wanted), got \(Array(zip(column.unixMilliseconds, column.values)))"
            }
        }
        return rest.isEmpty ? nil : "unexpected: \(rest.keys.sorted()) \(rest.values.map(\.values))"
    }
}
