import MetricModel
import PrometheusAPI
import QueryFixtures
import Testing

/// A query over many metrics has as many remarks, of which an answer shows ten of each kind and the number of the others:
/// Grafana shows each as a notice.
@Suite struct RemarkLimitTests {
    private func answer(metricCount: Int, _ query: String) throws -> String {
        var source = MemorySource()
        for index in 0..<metricCount {
            source.append(["__name__": "level_\(index)", "le": "x\(index)"], [(0, 1), (30_000, 2)])
        }
        let api = PrometheusAPI(source: source, build: BuildInformation(version: "3.0.0"))
        let parameters = [("query", query), ("time", "30"), ("limit", "1")]
        let answer = try #require(api.answer(path: "query", parameters: parameters, nowUnixMilliseconds: 0))
        return String(decoding: answer.body, as: UTF8.self)
    }

    private func count(_ text: String, _ part: String) -> Int { text.split(separator: part).count - 1 }

    @Test func infosEndWithTheNumberOfTheOthers() throws {
        let text = try answer(metricCount: 25, #"rate({__name__=~"level.*"}[1m])"#)
        #expect(count(text, "might not be a counter") == 10)
        #expect(text.hasSuffix(#","15 more info annotations omitted"]}"#), "\(text.suffix(120))")
        #expect(text.contains(#""warnings":["results truncated due to limit"],"infos":["#))
    }

    @Test func warningsToo() throws {
        let text = try answer(metricCount: 25, #"histogram_quantile(0.5, {__name__=~"level.*"})"#)
        #expect(count(text, "bucket label") == 10)
        #expect(text.contains(" more warning annotations omitted\"]"), "\(text.suffix(200))")
    }

    @Test func tenAreShownAsTheyAre() throws {
        let text = try answer(metricCount: 10, #"rate({__name__=~"level.*"}[1m])"#)
        #expect(count(text, "might not be a counter") == 10)
        #expect(!text.contains("omitted"))
    }
}
