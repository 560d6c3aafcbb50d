import MetricModel
import Testing

@testable import Wear

/// What is said of a reading ends when its device is silent; what was counted goes on.
@Suite struct SilenceTests {
    private static let zone = "sensor_vibration_severity_zone pump x"
    private static let flag = "sensor_anomaly pump force ewma"
    private static let acceleration = "sensor_vibration_dynamic_acceleration_meters_per_second_squared pump"
    private static let state = "wayside_vibration_state pump ok"
    private static let ending = [zone, flag, acceleration, state]
    private static let counters = [
        "ai_anomalies_detected_total pump warning", "ai_anomalies_detected_total pump critical",
    ]

    private func bench() -> WearBench {
        var anomaly = AnomalySettings(device: IDPattern("*"), quantity: "force")
        anomaly.ewma = AnomalySettings.Ewma()
        anomaly.target = 0
        anomaly.sigma = 0.01
        var settings = WearSettings()
        settings.vibration = [WearSettings.Vibration(device: IDPattern("*"), machine: .group2Rigid)]
        settings.anomalies = [anomaly]
        return WearBench(settings)
    }

    private func give(_ bench: inout WearBench) {
        bench.give(5, "force", "newtons")
        bench.give(0.0031, "vibration_velocity", "meters_per_second", channel: "x")
        for axis in ["x", "y", "z"] {
            bench.give(1, "vibration_acceleration", "meters_per_second_squared", channel: axis)
        }
    }

    /// Four intervals, at least five minutes.
    @Test(arguments: [(1000 as Int64, 300_000 as Int64), (75_000, 300_000), (120_000, 480_000)])
    func `zone, vibration and flags end with the readings, and counters do not`(
        _ interval: Int64, _ hold: Int64
    ) {
        var bench = bench()
        for index in 0..<20 {
            if index > 0 { bench.advance(interval) }
            give(&bench)
        }
        var figures = bench.figures()
        #expect(figures[SilenceTests.zone] == 2 && figures[SilenceTests.flag] == 1)
        for name in SilenceTests.ending + SilenceTests.counters { #expect(figures[name] != nil, "\(name)") }
        bench.advance(hold)
        figures = bench.figures()
        for name in SilenceTests.ending + SilenceTests.counters { #expect(figures[name] != nil, "\(name)") }
        bench.advance(1)
        figures = bench.figures()
        for name in SilenceTests.ending { #expect(figures[name] == nil, "\(name)") }
        #expect(figures[SilenceTests.counters[1]] == 1)
        // It speaks again.
        give(&bench)
        figures = bench.figures()
        for name in SilenceTests.ending { #expect(figures[name] != nil, "\(name)") }
    }

    @Test func `a set clock ends nothing and prolongs nothing`() {
        var bench = bench()
        for _ in 0..<20 {
            give(&bench)
            bench.advance(1000)
        }
        bench.setClock(unixMilliseconds: bench.clock.unixMilliseconds + 86_400_000)
        #expect(bench.figures()[SilenceTests.flag] == 1)
        bench.setClock(unixMilliseconds: bench.clock.unixMilliseconds - 2 * 86_400_000)
        bench.advance(298_000)
        #expect(bench.figures()[SilenceTests.flag] == 1)
        bench.advance(2000)
        #expect(bench.figures()[SilenceTests.flag] == nil)
        #expect(bench.figures()[SilenceTests.zone] == nil)
    }

    /// A backlog is as old as its stamps say, however late it comes.
    @Test func `what comes late is no news`() {
        var bench = bench()
        let stamp = bench.clock.unixMilliseconds
        bench.advance(3_600_000)
        let series = bench.series("force", "newtons")
        bench.tracker.apply(
            [Sample(series, unixMilliseconds: stamp, value: 5)], clock: bench.clock, journal: 1)
        #expect(bench.figures()[SilenceTests.flag] == nil)
        #expect(bench.figures()[SilenceTests.counters[1]] == 1)
    }

    @Test func `after a boot nothing is fresh before its reading comes`() {
        var bench = bench()
        give(&bench)
        bench.boot(unixMilliseconds: bench.clock.unixMilliseconds + 20_000, isSynchronised: true)
        bench.give(1, "temperature", "celsius", device: "other")
        for name in SilenceTests.ending { #expect(bench.figures()[name] == nil, "\(name)") }
        give(&bench)
        #expect(bench.figures()[SilenceTests.zone] == 2)
    }
}
