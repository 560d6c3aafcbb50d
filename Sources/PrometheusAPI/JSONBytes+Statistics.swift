internal import PromQL

extension JSONBytes {
    /// The field `stats` that stands behind a query's `result`, with the comma before it.
    mutating func statistics(_ statistics: AnswerStatistics) {
        let query = statistics.query
        raw(",\"stats\":{\"timings\":{\"evalTotalTime\":")
        seconds(query.totalNanoseconds)
        raw(",\"resultSortTime\":")
        seconds(query.orderingNanoseconds)
        raw(",\"queryPreparationTime\":")
        seconds(query.preparationNanoseconds)
        raw(",\"innerEvalTime\":")
        seconds(query.evaluationNanoseconds)
        raw(",\"execQueueTime\":")
        seconds(statistics.waitingNanoseconds)
        raw(",\"execTotalTime\":")
        seconds(statistics.totalNanoseconds)
        raw("},\"samples\":{")
        if let steps = query.queryableSamplesOfSteps {
            raw("\"totalQueryableSamplesPerStep\":")
            array(steps) { json, step in
                json.raw("[")
                json.time(step.unixMilliseconds)
                json.raw(",")
                json.integer(Int64(step.count))
                json.raw("]")
            }
            raw(",")
        }
        raw("\"totalQueryableSamples\":")
        integer(Int64(query.queryableSamples))
        raw(",\"peakSamples\":")
        integer(Int64(query.peakSamples))
        raw("}}")
    }

    /// Nanoseconds as seconds, with all nine decimals.
    private mutating func seconds(_ nanoseconds: Int64) {
        let (whole, rest) = max(0, nanoseconds).quotientAndRemainder(dividingBy: 1_000_000_000)
        integer(whole)
        raw("." + String(String(1_000_000_000 + rest).dropFirst()))
    }
}
