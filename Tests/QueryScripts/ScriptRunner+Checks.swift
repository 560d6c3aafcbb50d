internal import LabelMatching
internal import MetricModel
internal import PromQL

/// The runs of one eval; each check returns what is wrong, or nil.
extension ScriptRunner {
    func check(_ command: ScriptCommand, _ expectation: ScriptExpectation) -> String? {
        switch command.kind {
        case .clear, .load: return nil
        case .range(let start, let end, let step, let query):
            return outcome(expectation) {
                try engine.range(query, from: start, through: end, stepMilliseconds: step, source: source)
            } check: { outcome in
                let count = Int((end - start) / step) + 1
                return expectation.problem(ofRemarks: outcome)
                    ?? expectation.problem(ofMatrix: outcome.value, (0..<count).map { start + Int64($0) * step })
            }
        case .instant(let time, let query):
            for (text, at) in runs(of: query, at: time) {
                let problem = instantProblem(text, at, expectation) ?? rangeProblem(text, at, expectation)
                guard let problem else { continue }
                return text == query ? problem : "run as \(text) at \(at) ms: \(problem)"
            }
            return nil
        }
    }

    /// The query itself and, of the hidden reruns, the query with `@ time` everywhere at other times.
    private func runs(of query: String, at time: Int64) -> [(String, Int64)] {
        guard reruns, let tree = try? QueryParser.parse(query, engine.options.parsing),
            let fixed = AtModifier.adding(time, to: tree)?.description
        else { return [(query, time)] }
        let times: [Int64] = time == 0 ? [-1000, 0, 1000] : [-10 * time, 0, time / 5, time, 10 * time]
        return [(query, time)] + times.map { (fixed, $0) }
    }

    private func instantProblem(_ text: String, _ time: Int64, _ expectation: ScriptExpectation) -> String? {
        outcome(expectation) {
            try engine.instant(text, at: time, source: source)
        } check: { outcome in
            expectation.problem(ofRemarks: outcome) ?? expectation.problem(ofInstant: outcome.value)
        }
    }

    /// The hidden reruns as a range of three steps, of which the middle one must come to the same.
    private func rangeProblem(_ text: String, _ time: Int64, _ expectation: ScriptExpectation) -> String? {
        if !reruns || expectation.fails || expectation.string != nil || expectation.rangeVector != nil { return nil }
        // These functions tell a range query from an instant one.
        if ["start()", "end()", "range()", "step()"].contains(where: text.contains) { return nil }
        let problem = outcome(expectation) {
            try engine.range(
                text, from: time - 60_000, through: time + 60_000, stepMilliseconds: 60_000, source: source)
        } check: { outcome in
            guard case .matrix(let columns) = outcome.value else { return "a range query gives a matrix" }
            if expectation.isOrdered { return nil }
            let middle = columns.compactMap { column -> (labels: Labels, value: Double)? in
                guard let index = column.unixMilliseconds.firstIndex(of: time) else { return nil }
                return (column.labels, column.values[index])
            }
            return expectation.problem(ofSamples: middle)
        }
        return problem.map { "as a range: \($0)" }
    }

    private func outcome(
        _ expectation: ScriptExpectation, _ run: () throws -> QueryOutcome, check: (QueryOutcome) -> String?
    ) -> String? {
        do {
            let outcome = try run()
            if expectation.fails { return "wanted an error, got \(outcome.value)" }
            return check(outcome)
        } catch {
            var text = "\(error)"
            guard expectation.fails else { return "got the error \(text)" }
            if case .parse(let parseError) = error as? QueryError { text = parseError.message }
            let fits = ScriptExpectation.matches(text, expectation.failureMessage, expectation.failurePattern)
            let wanted = expectation.failureMessage ?? expectation.failurePattern ?? ""
            return fits ? nil : "wanted the error \(wanted), got \(text)"
        }
    }
}
