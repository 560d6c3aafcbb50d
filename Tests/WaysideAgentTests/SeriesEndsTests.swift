import Logging
import MetricModel
import RingLog
import SettingsFile
import SimulatedSystem
import Testing
import Wear

@testable import WaysideAgent

@Suite struct SeriesEndsTests {
    private let scope = SeriesScope(["instance": "gw-7", "job": "node"])

    private func series(_ name: String, _ device: String, scope: SeriesScope? = nil) -> Series {
        Series(
            family: MetricFamily(name, .counter, help: "", labels: ["device"]), scope: scope ?? self.scope,
            labelValues: [device])
    }

    private func batch(_ series: [Series], at time: Int64 = 1000) -> SampleBatch {
        var batch = SampleBatch(
            clock: ClockReading(
                bootID: BootID(high: 1, low: 1), bootNanoseconds: time * 1_000_000, unixMilliseconds: time,
                isSynchronised: true), limit: 1000)
        for series in series { batch.append(Sample(series, unixMilliseconds: time, value: 1)) }
        return batch
    }

    /// The label sets that a tick ends.
    private func ended(_ ends: inout SeriesEnds, _ series: [Series], at time: Int64 = 1000, storing: Bool = true)
        -> [String]
    {
        var batch = batch(series, at: time)
        ends.mark(&batch)
        if storing { ends.confirm() }
        #expect(batch.samples.prefix(series.count).allSatisfy { $0.value == 1 })
        let added = batch.samples.dropFirst(series.count)
        #expect(added.allSatisfy { StaleMarker.isStale($0.value) && $0.unixMilliseconds == time })
        return added.map { "\($0.series.fullLabels())" }.sorted()
    }

    @Test func aSeriesThatIsMissingEndsOnce() {
        let (a, b, c) = (series("x", "a"), series("x", "b"), series("x", "c"))
        var ends = SeriesEnds()
        let results = [
            ended(&ends, [a, b]), ended(&ends, [a, b]), ended(&ends, [a]), ended(&ends, [a]), ended(&ends, [a, c]),
            ended(&ends, [c, a]), ended(&ends, []), ended(&ends, []), ended(&ends, [a]),
        ]
        let (endOfA, endOfC) = (
            #"x{device="a",instance="gw-7",job="node"}"#, #"x{device="c",instance="gw-7",job="node"}"#
        )
        #expect(
            results == [[], [], [#"x{device="b",instance="gw-7",job="node"}"#], [], [], [], [endOfA, endOfC], [], []])
    }

    @Test func aSeriesThatWasMadeAnewHasNotEnded() {
        var ends = SeriesEnds()
        _ = ended(&ends, [series("x", "a"), series("y", "a")])
        let none = ended(&ends, [series("y", "a"), series("x", "a")])
        #expect(none.isEmpty)
    }

    @Test func aMarkerThatWasNotStoredIsGivenAgain() {
        let (a, b) = (series("x", "a"), series("x", "b"))
        var ends = SeriesEnds()
        _ = ended(&ends, [a, b])
        let first = ended(&ends, [a], storing: false)
        let second = ended(&ends, [a])
        #expect(first.count == 1 && first == second)
        let third = ended(&ends, [a])
        #expect(third.isEmpty)
    }

    @Test func whatWasLiveBeforeARestartEndsWithTheFirstTick() {
        let old: Labels = ["__name__": "x", "device": "old", "instance": "gw-7", "job": "node", "site": "a"]
        let kept: Labels = ["__name__": "x", "device": "a", "instance": "gw-7", "job": "node"]
        var ends = SeriesEnds(earlier: [old, kept])
        let first = ended(&ends, [series("x", "a")], storing: false)
        #expect(first == ["\(old)"])
        let again = ended(&ends, [series("x", "a")])
        #expect(again == first)
        let second = ended(&ends, [series("x", "a")])
        #expect(second.isEmpty)
    }

    @Test func theLastTickIsFoundBehindMessages() throws {
        let disk = SimulatedDisk(seed: 1)
        let settings = try SettingsDocument.read(
            bytes: Array("{size: 2MiB, max_loss: 0s}".utf8), name: "test", as: BufferSettings.self)
        func open() throws -> AgentBuffer<SimulatedDisk> {
            try AgentBuffer(
                disk: disk, lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
                newRingID: RingID(high: 8, low: 8), destinations: ["hub"])
        }
        let agent = SeriesScope(["instance": "gw-7", "job": "wayside-agent"])
        let devices = SeriesScope(["instance": "gw-7", "job": "devices"])
        let brokers = SeriesScope(["instance": "gw-7", "job": "mosquitto"])
        let buffer = try open()
        for time in [Int64(1000), 2000] {
            var host = batch([series("x", "a"), series("x", "t\(time)")], at: time)
            host.append(Sample(series("x", "ended"), unixMilliseconds: time, value: StaleMarker.value))
            try buffer.append(host)
            try buffer.append(batch([series("age", "d", scope: devices)], at: time))
            try buffer.append(batch([series("uptime", "b\(time)", scope: brokers)], at: time))
            // The agent says of each job that it is up.
            try buffer.append(batch([series("up", "", scope: scope), series("own", "o", scope: agent)], at: time))
            try buffer.append(
                batch(
                    [
                        series(WearTracker.markerName, "", scope: devices),
                        series("wear_percentage", "w\(time)", scope: devices),
                    ], at: time))
            for index in 0..<200 {
                var message = batch([series("r", "d\(index)", scope: devices)], at: time + 1)
                message.annotation = [1]
                try buffer.append(message)
            }
        }
        let last = LastTick(in: try open(), logger: Logger(label: "test"))
        let host = last.host.map { $0["device"] ?? "" }.sorted()
        #expect(host == ["a", "t2000"])
        let wear = last.wear.compactMap { $0["device"] }.filter { !$0.isEmpty }
        #expect(wear == ["w2000"])
        #expect(last.agent.map(\.metricName).sorted() == ["own", "up"])
        #expect(last.brokers.map { $0["device"] ?? "" } == ["b2000"])
    }

    /// The kill came within a tick, and no broker has been heard of for as long as the buffer remembers.
    @Test(arguments: [true, false]) func theLastTickOfBrokersIsFoundOrNotLookedForLong(hasBrokers: Bool) throws {
        let settings = try SettingsDocument.read(
            bytes: Array("{size: 2MiB, max_loss: 0s}".utf8), name: "test", as: BufferSettings.self)
        let buffer = try AgentBuffer(
            disk: SimulatedDisk(seed: 1), lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 8, low: 8), destinations: ["hub"])
        let agent = SeriesScope(["instance": "gw-7", "job": "wayside-agent"])
        let brokers = SeriesScope(["instance": "gw-7", "job": "mosquitto"])
        try buffer.append(batch([series("uptime", "long ago", scope: brokers)], at: 1))
        for time in [Int64(1000), 2000, 3000] {
            try buffer.append(batch([series("x", "t\(time)")], at: time))
            guard time < 3000 else { break }
            if hasBrokers { try buffer.append(batch([series("uptime", "b\(time)", scope: brokers)], at: time)) }
            try buffer.append(batch([series("own", "o", scope: agent)], at: time))
        }
        let last = LastTick(in: buffer, logger: Logger(label: "test"))
        #expect(last.host.map { $0["device"] ?? "" } == ["t3000"])
        #expect(last.agent.map(\.metricName) == ["own"])
        #expect(last.brokers.map { $0["device"] ?? "" } == (hasBrokers ? ["b2000"] : []))
    }

    @Test func aNewRingHasNoLastTick() throws {
        let settings = try SettingsDocument.read(
            bytes: Array("{size: 8MiB}".utf8), name: "test", as: BufferSettings.self)
        let buffer = try AgentBuffer(
            disk: SimulatedDisk(seed: 1), lock: nil, settings: settings, machineID: RingID(high: 7, low: 7),
            newRingID: RingID(high: 8, low: 8), destinations: ["hub"])
        let last = LastTick(in: buffer, logger: Logger(label: "test"))
        #expect(last.host.isEmpty && last.agent.isEmpty && last.brokers.isEmpty)
    }
}
