import MetricModel
import Testing

@testable import DeviceIntake

/// A device that sends more than it may is limited by itself, and a backlog is no flood.
@Suite struct FloodTests {
    /// Families are all devices', series each one's own.
    @Test func `a device that has all its series uses up no more families`() {
        let gateway = IntakeHarness {
            $0.seriesPerDeviceLimit = 4
            $0.familyLimit = 8
        }
        for seq in UInt32(0)..<5 {
            let readings = (0..<4).map { #"{"quantity":"q\#(4 * Int(seq) + $0)","value":1}"# }.joined(separator: ",")
            _ = gateway.send("wayside/v1/greedy/telemetry", telemetry(seq: seq, uptime: 1000, readings: readings))
        }
        #expect(gateway.send(pump, telemetry(seq: 0, uptime: 1000)).outcome == .accepted(sampleCount: 1))
    }

    /// However an uptime falls back, no sample is older than what a device is remembered for.
    @Test func `no uptime places a sample before anything that is kept`() throws {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 1_500_000_000_000))
        let sent = gateway.send(pump, telemetry(seq: 1, uptime: 0))
        let sample = try #require(sent.samples.first)
        let earliest = gateway.unixMilliseconds - gateway.intake.settings.forgetAfterMilliseconds
        #expect(sample.unixMilliseconds >= earliest)
    }

    private static let refused = #"device_messages_refused_total{device_id="pump-3",reason="rate"}"#

    private func gateway(_ rate: Int = 10, _ burst: Int = 100) -> IntakeHarness {
        IntakeHarness {
            $0.messageRatePerSecond = rate
            $0.messageBurst = burst
        }
    }

    @Test func `a device that floods is limited and named, and no other is`() {
        let gateway = gateway()
        var taken = 0
        var others = 0
        for number in 0..<5000 {
            // A thousand messages a second, by its own clock and the gateway's.
            gateway.advance(1)
            let sent = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 5000 + Int64(number)))
            if sent.outcome == .accepted(sampleCount: 1) {
                taken += 1
            } else {
                #expect(sent.outcome == .rateLimited(deviceID: "pump-3"))
                #expect(sent.samples.isEmpty)
            }
            if number % 100 == 0 {
                let other = telemetry(seq: UInt32(number / 100), uptime: 5000 + Int64(number))
                if gateway.send("wayside/v1/other/telemetry", other).outcome == .accepted(sampleCount: 1) {
                    others += 1
                }
            }
        }
        #expect(taken == 100 + 49, "the burst, and ten a second for five seconds")
        #expect(others == 50)
        let shown = gateway.scrape()
        #expect(value(FloodTests.refused, shown) == Double(5000 - taken))
        #expect(value(#"device_messages_refused_total{device_id="other",reason="rate"}"#, shown) == 0)
        // What was refused is not known for a duplicate, and counts as skipped.
        #expect(gateway.device("pump-3")?.counts.duplicates == 0)
        // When it stops, it is heard again.
        gateway.advance(60_000)
        #expect(gateway.send(pump, telemetry(seq: 10_000, uptime: 70_000)).outcome == .accepted(sampleCount: 1))
    }

    @Test func `a backlog is taken whole, whatever came before it`() {
        for isKnown in [true, false] {
            let gateway = gateway()
            if isKnown { _ = gateway.send(pump, telemetry(seq: 0, uptime: 1000)) }
            gateway.advance(3_600_000)
            var refusedCount = 0
            for number in 1...6000 {
                if number % 40 == 0 { gateway.advance(1) }
                let sent = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 1000 + Int64(number) * 100))
                if case .rateLimited = sent.outcome { refusedCount += 1 }
            }
            #expect(refusedCount == 0)
            #expect(gateway.device("pump-3")?.counts.lost == 0)
        }
    }

    @Test func `the backlog of a boot that is over is taken with that of the next`() {
        let gateway = gateway()
        for number in 0..<10 {
            _ = gateway.send(pump, telemetry(boot: 7, seq: UInt32(number), uptime: Int64(number) * 100))
            gateway.advance(100)
        }
        gateway.advance(3_600_000)
        for boot in UInt32(7)...9 {
            for number in (boot == 7 ? 10 : 0)..<1000 {
                let sent = gateway.send(pump, telemetry(boot: boot, seq: UInt32(number), uptime: Int64(number) * 100))
                #expect(sent.outcome == .accepted(sampleCount: 1))
            }
        }
    }

    @Test func `an uptime that runs ahead buys no more than a day`() {
        var budget = MessageBudget(burst: 100, arrivalNanoseconds: 0)
        var taken = 0
        // Every message claims a second.
        for number in 0..<UInt64(90_000)
        where budget.take(
            arrivalNanoseconds: 0, bootID: 7, milliseconds: number * 1000, ratePerSecond: 1, burst: 100)
        {
            taken += 1
        }
        #expect(taken == 86_400 + 100)
        // Nor does a new boot for every message.
        var isTaken = false
        for number in UInt32(8)..<1000 {
            isTaken = budget.take(
                arrivalNanoseconds: 0, bootID: number, milliseconds: 1, ratePerSecond: 1, burst: 100)
            #expect(!isTaken)
        }
        // An hour of silence wins an hour back: a hundred tokens of it at once, the rest as time ahead.
        taken = 0
        for number in 0..<UInt64(4000)
        where budget.take(
            arrivalNanoseconds: 3_600_000_000_000, bootID: 7, milliseconds: number * 1000, ratePerSecond: 1,
            burst: 100)
        {
            taken += 1
        }
        #expect(taken == 3600 + 100)
    }

    @Test func `births are limited too, states and retained messages are not`() {
        let gateway = gateway(1, 10)
        var taken = 0
        for number in 0..<100 {
            let birth = #"{"boot_id":7,"uptime_ms":\#(number),"firmware":"1.\#(number)"}"#
            if gateway.send("wayside/v1/pump-3/birth", birth).outcome == .accepted(sampleCount: 0) { taken += 1 }
            let state = gateway.send("wayside/v1/pump-3/state", #"{"state":"online","boot_id":7}"#)
            #expect(state.outcome == .accepted(sampleCount: 0))
        }
        #expect(taken == 10)
        let retained = gateway.send(
            "wayside/v1/pump-3/birth", #"{"boot_id":7,"uptime_ms":1000,"firmware":"2"}"#, retained: true)
        #expect(retained.outcome == .accepted(sampleCount: 0))
    }

    @Test func `a 32-bit wrap and a reboot cost nothing`() {
        let gateway = gateway(20, 5)
        for number in 0..<200 {
            gateway.advance(100)
            let timestamp = (4_294_967_296 - 10_000 + Int64(number) * 100) % 4_294_967_296
            #expect(gateway.send(modaxTopic, modaxData(timestamp)).outcome == .accepted(sampleCount: 7))
        }
    }

    @Test func `a device without a clock draws on the day alone`() {
        var budget = MessageBudget(burst: 10, arrivalNanoseconds: 0)
        var taken = 0
        for _ in 0..<100_000
        where budget.take(arrivalNanoseconds: 0, bootID: nil, milliseconds: nil, ratePerSecond: 1, burst: 10) {
            taken += 1
        }
        #expect(taken == 86_400 + 10)
    }
}
