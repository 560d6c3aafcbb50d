import MetricModel
import Shipping
import TestValues
import Testing

@Suite struct SeriesFilterTests {
    private static let cpu: Labels = ["__name__": "node_cpu_seconds_total", "cpu": "0", "mode": "idle", "job": "node"]
    private static let size: Labels = [
        "__name__": "node_filesystem_size_bytes", "mountpoint": "/run/user/1000", "job": "node",
    ]
    private static let board: Labels = ["__name__": "sensor_temperature_celsius", "device_id": "a*b", "job": "devices"]
    private static let all = [cpu, size, board]

    /// Which of `all` get through a filter.
    private func passing(_ filter: SeriesFilter) -> [Labels] {
        SeriesFilterTests.all.filter { labels in
            var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 10, filter: filter)
            add(&assembler, labels, 1, 1)
            return assembler.sampleCount == 1
        }
    }

    private func add(_ assembler: inout RequestAssembler, _ labels: Labels, _ time: Int64, _ value: Double) {
        labels.packed.withUnsafeBytes { assembler.add($0, family: 0, unixMilliseconds: time, value: value) }
    }

    @Test(arguments: [
        ("node_cpu_seconds_total", [cpu]), ("node_cpu", []), ("node_*", [cpu, size]), ("*_total", [cpu]),
        ("node_*_bytes", [size]), ("*e*e*", all), ("*size*size*", []), ("node_cpu_seconds_total*", [cpu]),
        ("{job=\"node\"}", [cpu, size]), (" node_* { mode = \"idle\" , cpu=\"*\", } ", [cpu]),
        ("{mountpoint=\"/run/*\"}", [size]), ("{mountpoint!=\"/run/*\"}", [cpu, board]),
        ("{mode=\"\"}", [size, board]), ("{mode!=\"\"}", [cpu]), ("{device_id=\"a\\*b\"}", [board]),
        ("{device_id=\"\\*b\"}", []), ("{mode=\"idle\",job=\"devices\"}", []), ("*", all), ("**", all),
        ("{__name__=\"node_c*\"}", [cpu]),
    ]) func selectorsMeanTheSeriesTheyShould(text: String, meant: [Labels]) throws {
        let selector = try #require(SeriesSelector(text))
        #expect(passing(SeriesFilter(keep: [selector])) == meant)
        #expect(passing(SeriesFilter(drop: [selector])) == SeriesFilterTests.all.filter { !meant.contains($0) })
    }

    @Test(arguments: [
        "", " ", "{}", "node-cpu", "{mode}", "{mode=idle}", "{mode=\"idle\"", "{mode=~\"idle\"}", "{=\"x\"}",
        "{mode=\"a\\n\"}", "node_*}", "a b", "{mode=\"idle\" job=\"node\"}", "{mode==\"idle\"}", "{mode=\"x\"}y",
    ]) func whatIsNoSelectorIsRefused(text: String) {
        #expect(SeriesSelector(text) == nil)
    }

    @Test func whatIsLeftOutIsCountedByItsSetting() throws {
        let filter = SeriesFilter(
            keep: [try #require(SeriesSelector("node_*")), try #require(SeriesSelector("sensor_*"))],
            drop: [try #require(SeriesSelector("{cpu=\"0\"}"))], resolution: ["devices": 1000])
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100, filter: filter)
        for time in [Int64(0), 400, 800, 1200] {
            add(&assembler, SeriesFilterTests.cpu, time, 1)
            add(&assembler, SeriesFilterTests.size, time, 1)
            add(&assembler, SeriesFilterTests.board, time, 1)
            add(&assembler, ["__name__": "up", "job": "node"], time, 1)
        }
        #expect(assembler.sampleCount == 6)
        #expect(assembler.leftOut == [.keep: 4, .drop: 4, .resolution: 2])
        assembler.removeAll()
        #expect(assembler.leftOut.isEmpty)
    }
}

@Suite struct ResolutionTests {
    private static let filter = SeriesFilter(resolution: ["devices": 1000])

    private func add(_ assembler: inout RequestAssembler, _ series: Int, _ time: Int64, _ value: Double = 1) {
        let labels: Labels = ["__name__": "s\(series)", "job": "devices"]
        labels.packed.withUnsafeBytes { assembler.add($0, family: 0, unixMilliseconds: time, value: value) }
    }

    private func times(_ assembler: borrowing RequestAssembler) -> [Int64] {
        var columns = SampleColumns()
        _ = assembler.finish(into: &columns)
        return columns.unixMilliseconds
    }

    @Test func theFirstSampleOfEachAlignedIntervalIsSent() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100, filter: Self.filter)
        for time in stride(from: Int64(950), to: 3050, by: 100) { add(&assembler, 0, time) }
        #expect(times(assembler) == [950, 1050, 2050])
    }

    @Test func intervalsAreAlignedBefore1970Too() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100, filter: Self.filter)
        for time in stride(from: Int64(-1900), through: 900, by: 400) { add(&assembler, 0, time) }
        #expect(times(assembler) == [-1900, -700, 100])
        for time in [Int64.min, .max] { add(&assembler, 1, time) }
        #expect(times(assembler).contains(.min) && times(assembler).contains(.max))
    }

    @Test func aStaleMarkerPassesAndTheSampleBehindItToo() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100, filter: Self.filter)
        add(&assembler, 0, 100)
        add(&assembler, 0, 200)
        add(&assembler, 0, 300, StaleMarker.value)
        add(&assembler, 0, 400)
        add(&assembler, 0, 500)
        #expect(times(assembler) == [100, 300, 400])
    }

    @Test func anIntervalIsServedOnceWhereverRequestsEnd() {
        for seed in UInt64(1)...50 {
            var random = SeededRandom(seed: seed)
            var samples: [(series: Int, time: Int64)] = []
            var time: Int64 = 0
            for _ in 0..<400 {
                time += Int64.random(in: 0...300, using: &random)
                samples.append((Int.random(in: 0..<5, using: &random), time))
            }
            var whole = RequestAssembler(seriesLimit: 10, sampleLimit: 1000, filter: Self.filter)
            for sample in samples { add(&whole, sample.series, sample.time) }
            var pieces = RequestAssembler(seriesLimit: 10, sampleLimit: 1000, filter: Self.filter)
            var sent: [Int64] = []
            var next = 0
            while next < samples.count {
                let end = min(samples.count, next + Int.random(in: 1...60, using: &random))
                // Now and then a request is put together again before it is done with: it holds the same.
                for _ in 0...Int.random(in: 0...2, using: &random) {
                    let before = times(pieces)
                    let isAgain = pieces.sampleCount > 0
                    pieces.removeAll()
                    for sample in samples[next..<end] { add(&pieces, sample.series, sample.time) }
                    if isAgain { #expect(times(pieces) == before, "seed \(seed)") }
                }
                sent += times(pieces)
                // As where a request is handed over: what it takes to count it as served stays.
                pieces.release()
                pieces.confirm()
                pieces.removeAll()
                next = end
            }
            #expect(sent.sorted() == times(whole).sorted(), "seed \(seed)")
        }
    }

    @Test func whatWasRehearsedCountsAsSent() {
        var assembler = RequestAssembler(seriesLimit: 10, sampleLimit: 100, filter: Self.filter)
        assembler.isRehearsing = true
        add(&assembler, 0, 1100)
        #expect(assembler.sampleCount == 0)
        assembler.confirm()
        assembler.removeAll()
        assembler.isRehearsing = false
        add(&assembler, 0, 1900)
        add(&assembler, 0, 2000)
        add(&assembler, 1, 1900)
        #expect(times(assembler) == [2000, 1900])
    }
}
