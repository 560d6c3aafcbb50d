internal import PromQL

/// What an answer says of its query where the parameter `stats` asks for it.
struct AnswerStatistics {
    let query: QueryStatistics
    /// From the request's arrival until a thread took it.
    let waitingNanoseconds: Int64
    /// From the request's arrival until the result was there, before it is written.
    let totalNanoseconds: Int64

    /// What a query is to measure, and with it how long its request had waited.
    struct Request {
        let metering: QueryMetering
        private let waitingNanoseconds: Int64

        /// Nil where nobody asks.
        init?(_ parameters: APIParameters, _ stopwatch: @escaping PrometheusAPI.Stopwatch) {
            let asked = parameters["stats"]
            if asked.isEmpty { return nil }
            metering = QueryMetering(countsSteps: asked == "all", nanoseconds: stopwatch)
            waitingNanoseconds = stopwatch()
        }

        /// Of a query that has just ended.
        func statistics(_ outcome: QueryOutcome) -> AnswerStatistics? {
            outcome.statistics.map {
                AnswerStatistics(
                    query: $0, waitingNanoseconds: waitingNanoseconds, totalNanoseconds: metering.nanoseconds())
            }
        }
    }
}
