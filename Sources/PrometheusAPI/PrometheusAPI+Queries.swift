internal import LabelMatching
internal import MetricModel
internal import PromQL

extension PrometheusAPI {
    private static let truncated = "results truncated due to limit"
    /// Warnings of an answer, and infos, as in Prometheus: a query over many metrics has one for each.
    private static let remarkLimit = 10

    func instantQuery(
        _ parameters: APIParameters, _ now: Int64, _ stopwatch: @escaping Stopwatch,
        _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer {
        let statistics = AnswerStatistics.Request(parameters, stopwatch)
        let limit = try parameters.limit()
        let time = try parameters.time("time", default: now)
        let timeout = try parameters.optionalDuration("timeout")
        let engine = try engine(parameters)
        let outcome: QueryOutcome
        do {
            outcome = try engine.instant(
                parameters["query"], at: time, source: source, metering: statistics?.metering,
                interruption: interruption(timeout))
        } catch {
            throw APIError(error)
        }
        return rendered(outcome, limit, statistics?.statistics(outcome))
    }

    func rangeQuery(
        _ parameters: APIParameters, _ stopwatch: @escaping Stopwatch, _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer {
        let statistics = AnswerStatistics.Request(parameters, stopwatch)
        let limit = try parameters.limit()
        let start = try parameters.requiredTime("start")
        let end = try parameters.requiredTime("end")
        if end < start { throw .invalid("end", "end timestamp must not be before start time") }
        let step = try parameters.duration("step")
        if step <= 0 {
            throw .invalid(
                "step",
                "zero or negative query resolution step widths are not accepted. Try a positive integer")
        }
        if (end - start) / step > PrometheusAPI.pointLimit {
            throw APIError(
                .badData,
                "exceeded maximum resolution of 11,000 points per timeseries. "
                    + "Try decreasing the query resolution (?step=XX)")
        }
        let timeout = try parameters.optionalDuration("timeout")
        let engine = try engine(parameters)
        let outcome: QueryOutcome
        do {
            outcome = try engine.range(
                parameters["query"], from: start, through: end, stepMilliseconds: step, source: source,
                metering: statistics?.metering, interruption: interruption(timeout))
        } catch {
            throw APIError(error)
        }
        return rendered(outcome, limit, statistics?.statistics(outcome))
    }

    /// The engine with the request's own lookback.
    private func engine(_ parameters: APIParameters) throws(APIError) -> QueryEngine {
        var options = options
        do {
            if let lookback = try parameters.optionalDuration("lookback_delta"), lookback > 0 {
                options.lookbackMilliseconds = lookback
            }
        } catch {
            let problem = error.message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? ""
            throw APIError(.badData, "error parsing lookback delta duration: \(problem)")
        }
        return QueryEngine(options)
    }

    private func rendered(
        _ outcome: QueryOutcome, _ limit: Int?, _ statistics: AnswerStatistics?
    ) -> APIAnswer {
        var value = outcome.value
        var warnings = outcome.warnings
        if let limit {
            switch value {
            case .vector(let time, let samples) where samples.count > limit:
                value = .vector(unixMilliseconds: time, Array(samples.prefix(limit)))
                // Before the others, so that it is among those that are shown.
                warnings.insert(PrometheusAPI.truncated, at: 0)
            case .matrix(let columns) where columns.count > limit:
                value = .matrix(Array(columns.prefix(limit)))
                warnings.insert(PrometheusAPI.truncated, at: 0)
            default: break
            }
        }
        return answer(
            value, statistics, warnings: Self.shown(warnings, "warning"), infos: Self.shown(outcome.infos, "info"))
    }

    private static func shown(_ remarks: [String], _ kind: String) -> [String] {
        if remarks.count <= remarkLimit { return remarks }
        return remarks.prefix(remarkLimit) + ["\(remarks.count - remarkLimit) more \(kind) annotations omitted"]
    }

    // MARK: Labels and series

    func labelNames(
        _ parameters: APIParameters, _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer {
        try listing(parameters, interruption) { sets, from, through, limit, isCancelled throws(SourceError) in
            try source.labelNames(matching: sets, from: from, through: through, limit: limit, isCancelled: isCancelled)
        } byteCount: {
            $0.utf8.count
        } write: {
            $0.string($1)
        }
    }

    func labelValues(
        _ escapedName: String, _ parameters: APIParameters, _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer {
        let name = EscapedName.unescaped(escapedName)
        if name.isEmpty { throw APIError(.badData, "invalid label name: \"\"") }
        return try listing(parameters, interruption) { sets, from, through, limit, isCancelled throws(SourceError) in
            try source.labelValues(
                of: name, matching: sets, from: from, through: through, limit: limit, isCancelled: isCancelled)
        } byteCount: {
            $0.utf8.count
        } write: {
            $0.string($1)
        }
    }

    func series(
        _ parameters: APIParameters, _ interruption: InterruptionMaker
    ) throws(APIError) -> APIAnswer {
        if parameters.all("match[]").isEmpty { throw APIError(.badData, "no match[] parameter provided") }
        return try listing(parameters, interruption, namesParameter: true) {
            sets, from, through, limit, isCancelled throws(SourceError) in
            try source.series(matching: sets, from: from, through: through, limit: limit, isCancelled: isCancelled)
        } byteCount: {
            $0.packed.count
        } write: {
            $0.labels($1)
        }
    }

    /// The common part of the endpoints that list something: asks for one more than the limit to see whether it cuts.
    private func listing<Element: Sendable>(
        _ parameters: APIParameters, _ makeInterruption: InterruptionMaker, namesParameter: Bool = false,
        _ list: ([[LabelMatcher]], Int64, Int64, Int, () -> Bool) throws(SourceError) -> [Element],
        byteCount: @escaping @Sendable (Element) -> Int, write: @escaping @Sendable (inout JSONBytes, Element) -> Void
    ) throws(APIError) -> APIAnswer {
        let limit = try parameters.limit()
        let from = try parameters.time("start", default: APIParameters.earliest)
        let through = try parameters.time("end", default: APIParameters.latest)
        let sets: [[LabelMatcher]]
        do {
            sets = try parameters.matcherSets()
        } catch {
            throw namesParameter ? .invalid("match[]", error.message) : APIError(.badData, error.message)
        }
        let interruption = makeInterruption(try parameters.optionalDuration("timeout"))
        var found: [Element]
        do {
            found = try list(
                sets, from, through, limit.map { min($0, APIParameters.noLimit) + 1 } ?? APIParameters.noLimit
            ) { interruption() != nil }
        } catch {
            throw interruption().map { APIError(QueryError($0)) } ?? APIError(error)
        }
        var warnings: [String] = []
        if let limit, found.count > limit {
            found.removeLast(found.count - limit)
            warnings.append(PrometheusAPI.truncated)
        }
        return listAnswer(found, warnings: warnings, byteCount: byteCount) { json, element, _, _ in
            write(&json, element)
            return nil
        }
    }

    func metadata(_ parameters: APIParameters) throws(APIError) -> APIAnswer {
        func number(_ name: String) throws(APIError) -> Int {
            if parameters[name].isEmpty { return -1 }
            guard let number = Int(parameters[name]) else { throw APIError(.badData, "\(name) must be a number") }
            return number
        }
        let limit = try number("limit")
        let limitPerMetric = try number("limit_per_metric")
        let metric = parameters["metric"]
        var families = metadata(metric.isEmpty ? nil : metric).sorted { $0.key < $1.key }
        if limit >= 0 { families = Array(families.prefix(limit)) }
        return listAnswer(opening: "{", families, closing: Array("}".utf8), byteCount: Self.byteCount) {
            json, family, _, _ in
            json.string(family.key.text)
            json.raw(":")
            json.array(limitPerMetric > 0 ? family.value.prefix(limitPerMetric) : family.value[...]) {
                $0.metadata($1)
            }
            return nil
        }
    }

    @Sendable
    private static func byteCount(of family: (key: ExactText, value: [MetadataEntry])) -> Int {
        family.value.reduce(family.key.text.utf8.count) { $0 + $1.unit.utf8.count + $1.help.utf8.count }
    }
}
