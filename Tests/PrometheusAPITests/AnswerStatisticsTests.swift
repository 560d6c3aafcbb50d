import PrometheusAPI
import Synchronization
import Testing

/// The parameter `stats` of `query` and `query_range`.
@Suite struct AnswerStatisticsTests {
    /// Shows one time after the other: arrival is 0, the request waited 1.5 s, and the query takes what follows.
    private static func body(_ path: String, _ parameters: KeyValuePairs<String, String>) throws -> String {
        let times: [Int64] = [1_500_000_000, 1_500_000_100, 1_500_000_130, 1_500_001_130, 1_500_003_130, 2_000_003_130]
        let next = Mutex(0)
        let stopwatch: PrometheusAPI.Stopwatch = {
            next.withLock { next in
                next += 1
                return next <= times.count ? times[next - 1] : 4_000_000_000 + Int64(next - times.count)
            }
        }
        let pairs = parameters.map { ($0.key, $0.value) }
        let answer = try #require(
            PrometheusAPITests.api.answer(
                path: path, parameters: pairs, nowUnixMilliseconds: 30_000, stopwatch: stopwatch))
        #expect(answer.statusCode == 200)
        return String(decoding: answer.body, as: UTF8.self)
    }

    private static let result = #"{"metric":{"__name__":"big_total","a.b":"x"},"#

    @Test func everyStepOfARange() throws {
        let body = try Self.body(
            "query_range", ["query": "big_total", "start": "0", "end": "30.5", "step": "15.25", "stats": "all"])
        // Two samples, which this source holds, then as they are looked at, and three steps.
        #expect(
            body == #"{"status":"success","data":{"resultType":"matrix","result":["# + Self.result
                + #""values":[[0,"1e+21"],[15.250,"1e+21"],[30.500,"+Inf"]]}],"stats":{"timings":{"#
                + #""evalTotalTime":2.499999901,"resultSortTime":1.999996871,"queryPreparationTime":0.000002030,"#
                + #""innerEvalTime":0.500001000,"execQueueTime":1.500000000,"execTotalTime":4.000000002},"#
                + #""samples":{"totalQueryableSamplesPerStep":[[0,1],[15.250,1],[30.500,1]],"#
                + #""totalQueryableSamples":3,"peakSamples":7}}}}"#)
    }

    @Test func anInstantWithoutSteps() throws {
        let body = try Self.body("query", ["query": "count_over_time(big_total[1m])", "stats": "true"])
        #expect(
            body == #"{"status":"success","data":{"resultType":"vector","result":["#
                + #"{"metric":{"a.b":"x"},"value":[30,"2"]}],"stats":{"timings":{"#
                + #""evalTotalTime":2.499999901,"resultSortTime":1.999996871,"queryPreparationTime":0.000002030,"#
                + #""innerEvalTime":0.500001000,"execQueueTime":1.500000000,"execTotalTime":4.000000002},"#
                + #""samples":{"totalQueryableSamples":2,"peakSamples":5}}}}"#)
    }

    /// Whatever the type of the result, and behind all of it; what a limit leaves out has been counted.
    @Test func besideEveryResult() throws {
        let cases: [(String, String)] = [
            ("1", #","result":[30,"1"],"stats":{"timings":{"#), ("\"a\"", #","result":[30,"a"],"stats":{"timings":{"#),
            ("up[1m]", #"[30,"0.5"]]}],"stats":{"timings":{"#),
        ]
        for (query, part) in cases {
            let body = try Self.body("query", ["query": query, "stats": "1", "limit": "1"])
            #expect(body.contains(part), "\(body)")
        }
        let limited = try Self.body("query", ["query": "up", "stats": "all", "limit": "1"])
        #expect(
            limited.contains(#""totalQueryableSamplesPerStep":[[30,2]],"totalQueryableSamples":2,"peakSamples":11}}},"#)
        )
        #expect(limited.hasSuffix(#""warnings":["results truncated due to limit"]}"#))
    }

    @Test(arguments: ["query", "query_range"])
    func nothingWhereNobodyAsks(_ path: String) throws {
        let parameters: KeyValuePairs = ["query": "up", "start": "0", "end": "30", "step": "15", "stats": ""]
        #expect(try !Self.body(path, parameters).contains("stats"))
    }
}
