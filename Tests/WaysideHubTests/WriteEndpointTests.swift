import HTTPExchange
import MetricModel
import RemoteWrite
import SampleStore
import Testing

@testable import WaysideHub

/// What a sender is told of the samples that were not taken.
@Suite struct WriteEndpointTests {
    @Test func everythingTakenIs204WithTheCountsFor2Only() {
        var stored = IngestCounts()
        stored.stored = 5
        stored.duplicates = 2
        let second = WriteEndpoint.answer(DecodedCounts(), stored, .writeRequest2)
        #expect(second.status.code == 204)
        #expect(second.headers["X-Prometheus-Remote-Write-Samples-Written"] == "7")
        #expect(second.headers["X-Prometheus-Remote-Write-Histograms-Written"] == "0")
        #expect(second.headers["X-Prometheus-Remote-Write-Exemplars-Written"] == "0")
        let first = WriteEndpoint.answer(DecodedCounts(), stored, .writeRequest1)
        #expect(first.status.code == 204)
        #expect(first.headers["X-Prometheus-Remote-Write-Samples-Written"] == nil)
    }

    @Test func samplesThatWillNeverBeKeptAre400WithReasonsAndTheCountOfTheOthers() {
        var stored = IngestCounts()
        stored.stored = 3
        stored.refuse(.tooOld, sampleCount: 1) { Labels([Label("__name__", "old")]).packed }
        stored.refuse(.tooFarAhead, sampleCount: 2) { Labels([Label("__name__", "ahead"), Label("a", "b")]).packed }
        let answer = WriteEndpoint.answer(DecodedCounts(), stored, .writeRequest2)
        #expect(answer.status.code == 400)
        #expect(answer.headers["X-Prometheus-Remote-Write-Samples-Written"] == "3")
        guard case .bytes(let body) = answer.body else {
            Issue.record("the body is whole")
            return
        }
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains("1 samples older than the retention, among them of old"))
        #expect(text.contains("2 samples more than 10 minutes ahead of the hub's clock, among them of ahead{a=\"b\"}"))
    }
}
