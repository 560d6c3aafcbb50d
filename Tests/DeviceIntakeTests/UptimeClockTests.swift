import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

/// The clock fit on simulated devices. What it cannot know is the least delay of the network (4 ms here), and an uptime
/// has whole milliseconds; what is beyond those is its own error.
@Suite struct UptimeClockTests {
    static let cases: [(name: String, simulation: ClockSimulation)] = [
        ("a clock without drift", ClockSimulation()),
        ("200 ppm slow", ClockSimulation(partsPerMillion: -200)),
        ("200 ppm fast", ClockSimulation(partsPerMillion: 200)),
        ("50 ppm slow, 10 minutes' outage", ClockSimulation(partsPerMillion: -50, outage: 7200..<7800)),
        ("200 ppm slow, 10 minutes' outage", ClockSimulation(partsPerMillion: -200, outage: 7200..<7800)),
        ("200 ppm fast, 10 minutes' outage", ClockSimulation(partsPerMillion: 200, outage: 7200..<7800)),
        ("200 ppm slow, 5 hours' outage", ClockSimulation(partsPerMillion: -200, hours: 9, outage: 7200..<25_200)),
        (
            "100 ppm fast, outage, flushed at twice the pace",
            ClockSimulation(partsPerMillion: 100, outage: 7200..<7800, flushPace: 2)
        ),
        (
            "100 ppm slow, outage, flushed at 1.1 times the pace",
            ClockSimulation(partsPerMillion: -100, hours: 6, outage: 7200..<7800, flushPace: 1.1)
        ),
        ("redelivery within a minute", ClockSimulation(partsPerMillion: 100, duplicateShare: 0.1)),
        ("one message in 10 s", ClockSimulation(partsPerMillion: -100, hours: 8, interval: 10)),
        ("ten messages a second", ClockSimulation(partsPerMillion: 100, hours: 2, interval: 0.1)),
    ]

    /// The bounds are of distributions, so what is tested is always the same sample of them.
    private static let seed: UInt64 = 2026

    @Test(arguments: cases.indices) func `places messages where they were measured`(index: Int) {
        let (name, simulation) = UptimeClockTests.cases[index]
        let seed = UptimeClockTests.seed + UInt64(index)
        let result = simulation.run(seed: seed)
        print("clock fit, \(name): p50 / p99 / max \(result.description) ms, \(result.pointCount) points, seed \(seed)")
        #expect(result.error(share: 0.5, after: 600) <= 5, "\(name), seed \(seed)")
        #expect(result.error(share: 0.99, after: 600) <= 8, "\(name), seed \(seed)")
        #expect(result.error(share: 1, after: 600) <= 20, "\(name), seed \(seed)")
        #expect(result.pointCount <= 2 * UptimeClock.pointLimit)
        let drift = result.clock?.driftPartsPerMillion ?? .nan
        #expect(abs(drift - simulation.partsPerMillion) < 3, "\(name): \(drift) ppm, seed \(seed)")
    }

    @Test func `follows a drift that the temperature changes`() {
        let seed = UptimeClockTests.seed
        let result = ClockSimulation(partsPerMillion: 30, hours: 8, swing: 10).run(seed: seed)
        print("clock fit, drift swings by ±10 ppm: p50 / p99 / max \(result.description) ms, seed \(seed)")
        #expect(result.error(share: 1, after: 600) <= 30, "seed \(seed)")
    }

    @Test func `a link that delays by half a second on average costs a few milliseconds`() {
        let seed = UptimeClockTests.seed
        let result = ClockSimulation(partsPerMillion: 100, meanDelay: 0.5).run(seed: seed)
        print("clock fit, 500 ms mean delay: p50 / p99 / max \(result.description) ms, seed \(seed)")
        #expect(result.error(share: 0.99, after: 3600) <= 40, "seed \(seed)")
    }

    @Test func `an outage that begins minutes after the first message`() {
        let seed = UptimeClockTests.seed
        let simulation = ClockSimulation(partsPerMillion: -200, hours: 1, outage: 200..<800)
        let result = simulation.run(seed: seed)
        print("clock fit, outage after 200 s: p50 / p99 / max \(result.description) ms, seed \(seed)")
        #expect(result.error(share: 1, after: 20) <= 150, "200 ppm unknown over 600 s would be 120 ms, seed \(seed)")
    }

    @Test func `knows a drift again in the next boot`() {
        let gateway = IntakeHarness()
        for number in 0..<1800 {
            _ = gateway.send(
                pump, telemetry(boot: 1, seq: UInt32(number), uptime: Int64(Double(number) * 1000 * 0.9998)))
            gateway.advance(1000)
        }
        let drift = gateway.device("pump-3")?.clockDriftPartsPerMillion ?? .nan
        #expect(abs(drift + 200) < 3, "\(drift)")
        _ = gateway.send(pump, telemetry(boot: 2, seq: 0, uptime: 1000))
        #expect(gateway.device("pump-3")?.clockState == .learning)
        // An outage of an hour at once, and its backlog.
        gateway.advance(3_600_000)
        let start = gateway.unixMilliseconds - 3_600_000
        var worst: Int64 = 0
        for number in 1..<3600 {
            let uptime = 1000 + Int64(Double(number) * 1000 * 0.9998)
            let sent = gateway.send(pump, telemetry(boot: 2, seq: UInt32(number), uptime: uptime))
            for sample in sent.samples {
                worst = max(worst, abs(sample.unixMilliseconds - start - Int64(number) * 1000))
            }
        }
        #expect(worst <= 15, "without the drift it would be 720 ms")
    }

    @Test func `hostile uptimes keep the fit small and its times in range`() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            var clock = UptimeClock(arrivalNanoseconds: 5, uptimeNanoseconds: 3_155_760_000_000_000_000)
            var arrival: Int64 = 5
            for _ in 0..<400 {
                arrival += Int64(random.next() % 4_000_000_000)
                let shift = Int64(random.next() % 62)
                let uptime = Int64(random.next() % (1 << UInt64(shift))) % 3_155_760_000_000_000_000
                let lag = clock.lag(arrivalNanoseconds: arrival, uptimeNanoseconds: uptime - uptime % 1_000_000)
                #expect(lag >= 0 && lag <= SafeSum.timeLimit, "seed \(seed)")
                #expect(clock.points.count <= 2 * UptimeClock.pointLimit, "seed \(seed)")
                #expect(clock.line.slope.magnitude <= UptimeClock.plausibleDrift, "seed \(seed)")
            }
        }
    }

    /// A curve with a corner at every message: more corners than the fit has room for.
    @Test func `gives up the corners that matter least`() {
        var clock = UptimeClock(arrivalNanoseconds: 0, uptimeNanoseconds: 0)
        for number in 1...600 {
            let uptime = Int64(number) * 1_000_000_000
            // From −300 to 300 ppm: the offset is a parabola.
            let offset = 500 * Int64(number) * Int64(number - 600)
            let lag = clock.lag(arrivalNanoseconds: uptime + offset, uptimeNanoseconds: uptime)
            #expect(lag <= 60_000_000)
        }
        #expect(clock.points.count == UptimeClock.pointLimit)
        #expect(abs(clock.line.slope) < 20e-6)
    }
}
