import MetricModel
import Testing

@testable import HostMetrics

/// What comes too late for a run is in none.
@Suite struct CollectedSamplesTests {
    private final class NoCollector: HostCollector {
        func collect(into output: inout CollectorOutput) throws(CollectorError) {}
    }

    private let first = CollectorMember(name: "a", collector: NoCollector(), scope: SeriesScope(.empty))
    private let second = CollectorMember(name: "b", collector: NoCollector(), scope: SeriesScope(.empty))

    private func samples(_ values: Double...) -> [Sample] {
        values.map { Sample(first.successSeries, unixMilliseconds: 0, value: $0) }
    }

    @Test func lateSamplesAreDropped() {
        let collected = CollectedSamples()
        collected.begin(run: 1)
        collected.append(samples(1, 2), of: first, run: 1)
        #expect(collected.end(without: []).samples.map(\.value) == [1, 2])
        // Between two runs, and in a later one.
        collected.append(samples(3), of: second, run: 1)
        collected.begin(run: 2)
        collected.append(samples(4), of: second, run: 1)
        collected.append(samples(5), of: first, run: 2)
        #expect(collected.end(without: []).samples.map(\.value) == [5])
    }

    @Test func whatIsReportedAsStuckGivesNothing() {
        let collected = CollectedSamples()
        collected.begin(run: 1)
        collected.append(samples(1, 2), of: first, run: 1)
        collected.append(samples(3), of: second, run: 1)
        #expect(collected.end(without: [first]).samples.map(\.value) == [3])
        collected.begin(run: 2)
        #expect(collected.end(without: []).samples.isEmpty)
    }
}
