internal import LabelMatching
internal import MetricModel
internal import PromQL

extension PrometheusAPI {
    /// The exemplars of the series that a query's selectors name.
    func queryExemplars(_ parameters: APIParameters) throws(APIError) -> APIAnswer {
        let from = try parameters.time("start", default: APIParameters.earliest)
        let through = try parameters.time("end", default: APIParameters.latest)
        guard through >= from else {
            throw APIError(.badData, "end timestamp must not be before start timestamp")
        }
        let expression: Expression
        do {
            expression = try QueryParser.parse(parameters["query"], options.parsing)
        } catch {
            throw APIError(.badData, error.description)
        }
        let found = exemplars(Self.matcherSets(in: expression), from, through)
        return listAnswer(found, byteCount: Self.byteCount) { $0.exemplars($1, from: $2, byteLimit: $3) }
    }

    @Sendable
    private static func byteCount(of column: ExemplarColumn) -> Int {
        column.exemplars.reduce(column.series.packed.count) { $0 + $1.labels.packed.count + 16 }
    }

    /// The matchers of every selector in an expression; its depth is the parser's.
    private static func matcherSets(in expression: Expression) -> [[LabelMatcher]] {
        switch expression {
        case .number, .string: []
        case .selector(let selector): [selector.matchers]
        case .range(let range): [range.selector.matchers]
        case .subquery(let subquery): matcherSets(in: subquery.inner)
        case .call(let call): call.arguments.flatMap { matcherSets(in: $0) }
        case .aggregation(let aggregation):
            (aggregation.parameter.map { matcherSets(in: $0) } ?? []) + matcherSets(in: aggregation.operand)
        case .binary(let operation): matcherSets(in: operation.left) + matcherSets(in: operation.right)
        case .unary(let operation): matcherSets(in: operation.operand)
        case .parenthesised(let inner): matcherSets(in: inner.inner)
        }
    }
}
