import MetricModel
import Testing

@Suite struct SeriesTableTests {
    let family = MetricFamily("node_cpu_seconds_total", .counter, help: "CPU time.", labels: ["cpu", "mode"])

    @Test func handsOutOneSeriesForOneLabelSet() throws {
        var table = SeriesTable(scope: SeriesScope(["instance": "gw-7", "job": "node"]), limit: 10)
        let made = table.series(family, ["0", "idle"])
        let again = table.series(family, ["0", "idle"])
        let first = try #require(made)
        #expect(first === again)
        #expect(
            first.fullLabels().description == #"node_cpu_seconds_total{cpu="0",instance="gw-7",job="node",mode="idle"}"#
        )
    }

    @Test func equivalentValuesAreTwoSeries() {
        var table = SeriesTable(scope: SeriesScope([:]), limit: 9)
        let (one, other) = (table.series(family, ["\u{e9}", "idle"]), table.series(family, ["e\u{301}", "idle"]))
        #expect(one !== other && table.count == 2)
        #expect(one === table.series(family, ["\u{e9}", "idle"]))
    }

    @Test func refusesAndCountsPastItsLimit() {
        var table = SeriesTable(scope: SeriesScope([:]), limit: 1)
        let first = table.series(family, ["0", "idle"])
        let refused = table.series(family, ["1", "idle"])
        #expect(first != nil)
        #expect(refused == nil)
        #expect(table.refusedCount == 1)
        table.removeAll { $0.labelValues[0] == "0" }
        let second = table.series(family, ["1", "idle"])
        #expect(second != nil)
    }

    @Test func aFullBatchCountsWhatItRefuses() throws {
        var table = SeriesTable(scope: SeriesScope([:]), limit: 1)
        let made = table.series(family, ["0", "idle"])
        let series = try #require(made)
        let clock = ClockReading(
            bootID: BootID(high: 1, low: 2), bootNanoseconds: 0, unixMilliseconds: 5, isSynchronised: true)
        var batch = SampleBatch(clock: clock, limit: 2)
        for value in 0..<3 { batch.append(Sample(series, unixMilliseconds: 5, value: Double(value))) }
        #expect(batch.samples.map(\.value) == [0, 1])
        #expect(batch.refusedCount == 1)
    }
}
