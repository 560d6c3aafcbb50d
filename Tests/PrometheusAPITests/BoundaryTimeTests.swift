import MetricModel
import PrometheusAPI
import QueryFixtures
import Testing

/// The first and the last time of Prometheus's API, which its clients send where they mean everything: RFC 3339 but for
/// years of more than four digits.
@Suite struct BoundaryTimeTests {
    private static let first = "-292273086-05-16T16:47:06Z"
    private static let last = "292277025-08-18T07:12:54.999999999Z"

    private func answer(_ path: String, _ parameters: [(String, String)]) throws -> (Int, String) {
        var source = MemorySource()
        source.append(["__name__": "up", "job": "node"], [(0, 1), (15_000, 1)])
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        let answer = try #require(api.answer(path: path, parameters: parameters, nowUnixMilliseconds: 20_000))
        return (answer.statusCode, String(decoding: answer.body, as: UTF8.self))
    }

    @Test(arguments: [
        ("label/job/values", #"["node"]"#), ("labels", #"["__name__","job"]"#),
        ("series", #"[{"__name__":"up","job":"node"}]"#),
    ])
    func areEverything(path: String, data: String) throws {
        let all = try answer(path, [("match[]", "up"), ("start", Self.first), ("end", Self.last)])
        #expect(all == (200, #"{"status":"success","data":\#(data)}"#))
        let beforeAll = try answer(path, [("match[]", "up"), ("start", Self.first), ("end", Self.first)])
        #expect(beforeAll == (200, #"{"status":"success","data":[]}"#))
        let behindAll = try answer(path, [("match[]", "up"), ("start", Self.last), ("end", Self.last)])
        #expect(behindAll == (200, #"{"status":"success","data":[]}"#))
    }

    @Test func areTimesOfQueriesToo() throws {
        let early = try answer("query", [("query", "up"), ("time", Self.first)])
        #expect(early == (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#))
        let late = try answer("query", [("query", "up"), ("time", Self.last)])
        #expect(late == (200, #"{"status":"success","data":{"resultType":"vector","result":[]}}"#))
        let range = [("query", "up"), ("start", Self.first), ("end", Self.last), ("step", "15")]
        #expect(try answer("query_range", range).0 == 400)
        #expect(try answer("query_range", range).1.contains("exceeded maximum resolution"))
    }
}
