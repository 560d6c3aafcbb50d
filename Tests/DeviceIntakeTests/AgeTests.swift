import MetricModel
import Testing

@testable import DeviceIntake

@Suite struct AgeTests {
    @Test func `retained and repeated messages never make data fresh`() {
        let gateway = IntakeHarness()
        let message = telemetry(seq: 0, uptime: 1000)
        _ = gateway.send(pump, message)
        gateway.advance(10_000)
        #expect(gateway.send(pump, message).outcome == .duplicate)
        #expect(gateway.send(pump, telemetry(seq: 9, uptime: 1), retained: true).outcome == .retained)
        #expect(gateway.device("pump-3")?.ageMilliseconds == 10_000)
    }

    @Test func `a retained reading alone makes no device`() {
        let gateway = IntakeHarness()
        #expect(gateway.send(pump, telemetry(seq: 9, uptime: 1), retained: true).outcome == .retained)
        #expect(gateway.intake.deviceCount == 0)
    }

    @Test func `a backlog lands at its time and is as old as it is`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 10_000))
        gateway.advance(600_000)
        var stamps: [Int64] = []
        for number in 1...600 {
            let sent = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 10_000 + Int64(number) * 1000))
            stamps += sent.samples.map(\.unixMilliseconds)
            let age = Int64(600 - number) * 1000
            #expect(gateway.device("pump-3")?.ageMilliseconds == age)
        }
        #expect(stamps == (1...600).map { gateway.unixMilliseconds - Int64(600 - $0) * 1000 })
        #expect(gateway.device("pump-3")?.counts.lost == 0)
    }

    /// A clock so slow that no line fits it: what seems delay must not make the device look ever older.
    @Test func `a clock that is slower than any crystal stays fresh and is counted`() {
        let gateway = IntakeHarness()
        var uptime = 0.0
        var oldest: Int64 = 0
        for number in 0..<3600 {
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(uptime)))
            oldest = max(oldest, gateway.device("pump-3")?.ageMilliseconds ?? .max)
            gateway.advance(1000)
            uptime += 995
        }
        #expect(oldest <= 1800, "half a second, and 5 ‰ of two windows of two minutes")
        #expect((gateway.device("pump-3")?.counts.implausiblePaces ?? 0) > 10)
        #expect(gateway.device("pump-3")?.clockState == .learning)
    }

    @Test func `a clock that is faster than any crystal stays fresh and is counted`() {
        let gateway = IntakeHarness()
        for number in 0..<3600 {
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 1002))
            #expect(gateway.device("pump-3")?.ageMilliseconds == 0)
            gateway.advance(1000)
        }
        #expect((gateway.device("pump-3")?.counts.implausiblePaces ?? 0) > 10)
        #expect(gateway.device("pump-3")?.clockDriftPartsPerMillion == nil)
    }

    /// A device that stopped counting while it slept, or a gateway whose wall clock told a reboot's length wrong.
    @Test func `an uptime that falls behind at once is followed within minutes`() {
        let gateway = IntakeHarness()
        var oldest: Int64 = 0
        for number in 0..<1800 {
            let lost: Int64 = number < 900 ? 0 : 40_000
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: 50_000 + Int64(number) * 1000 - lost))
            oldest = max(oldest, gateway.device("pump-3")?.ageMilliseconds ?? .max)
            if number == 900 + 245 { #expect(gateway.device("pump-3")?.ageMilliseconds == 0) }
            gateway.advance(1000)
        }
        #expect(oldest == 40_000)
        #expect(gateway.device("pump-3")?.counts.implausiblePaces == 1)
        #expect(gateway.device("pump-3")?.counts.reboots == 0)
    }

    @Test func `a declared wall clock is believed only when synchronised and plausible`() {
        let now: Int64 = 1_763_600_000_000
        let cases: [(unix: Int64, synchronised: Bool, gateway: Bool, age: Int64)] = [
            (now - 7000, true, true, 7000), (now - 7000, false, true, 0), (now - 7000, true, false, 0),
            (now + 4000, true, true, 0), (now + 60_000, true, true, 0), (1_000_000, true, true, 0),
        ]
        for (unix, synchronised, isSynchronised, age) in cases {
            let gateway = IntakeHarness()
            gateway.isSynchronised = isSynchronised
            let extra = #","unix_ms":\#(unix),"synchronised":\#(synchronised)"#
            _ = gateway.send(pump, telemetry(seq: 0, uptime: 1000, extra: extra))
            #expect(gateway.device("pump-3")?.ageMilliseconds == age, "\(unix) \(synchronised)")
        }
    }

    @Test func `the stale limit follows the interval, declared or observed`() {
        for declared in [true, false] {
            let gateway = IntakeHarness()
            for number in 0..<5 {
                let extra = declared ? #","interval_ms":60000"# : ""
                _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 60_000, extra: extra))
                gateway.advance(60_000)
            }
            #expect(gateway.device("pump-3")?.intervalMilliseconds == 60_000)
            gateway.advance(180_000)
            #expect(gateway.device("pump-3")?.state == .online)
            gateway.advance(1)
            #expect(gateway.device("pump-3")?.state == .stale)
        }
    }

    @Test func `an age across a reboot is exact by wall clock, else a lower bound that is replaced`() throws {
        let before = IntakeHarness()
        _ = before.send(pump, telemetry(seq: 0, uptime: 1000))
        before.advance(5000)
        let parts = before.intake.snapshot(clock: before.clock)
        for isSynchronised in [true, false] {
            let after = IntakeHarness()
            after.bootID = BootID(high: 9, low: 9)
            after.bootMilliseconds = 20_000
            after.unixMilliseconds = before.unixMilliseconds + 300_000
            after.isSynchronised = isSynchronised
            for part in parts { try after.intake.restore(part, clock: after.clock) }
            #expect(after.device("pump-3")?.ageMilliseconds == (isSynchronised ? 305_000 : 25_000))
            #expect(after.device("pump-3")?.isAgeLowerBound == !isSynchronised)
            after.isSynchronised = true
            _ = after.tick()
            #expect(after.device("pump-3")?.ageMilliseconds == 305_000)
            #expect(after.device("pump-3")?.isAgeLowerBound == false)
        }
    }

    @Test func `a device is forgotten after its time with every series ended`() {
        let gateway = IntakeHarness { $0.forgetAfterMilliseconds = 100_000 }
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 1000))
        _ = gateway.intake.drainJournal()
        let alive = gateway.tick().filter { $0.series.labelValues.first == "pump-3" }
        gateway.advance(100_001)
        let ended = gateway.tick()
        for sample in alive {
            let last = ended.last { $0.series == sample.series }
            #expect(last?.value.bitPattern == StaleMarker.bitPattern, "\(name(sample))")
        }
        #expect(gateway.intake.deviceCount == 0)
        #expect(gateway.send(pump, telemetry(seq: 1, uptime: 2000)).outcome == .accepted(sampleCount: 1))
    }

    @Test func `a sensor that a device no longer sends ends, and one without a reading ends at once`() {
        let gateway = IntakeHarness()
        let two =
            #"{"quantity":"temperature","unit":"Cel","value":1},{"quantity":"humidity","unit":"%RH","value":50}"#
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0, readings: two))
        let null = #"{"quantity":"temperature","unit":"Cel","value":null}"#
        gateway.advance(1000)
        let ended = gateway.send(pump, telemetry(seq: 1, uptime: 1000, readings: null))
        #expect(ended.samples.first?.value.bitPattern == StaleMarker.bitPattern)
        let humidity = #"sensor_humidity_ratio{device_id="pump-3"}"#
        #expect(value(humidity, gateway.scrape()) == 0.5)
        for number in 2..<33 {
            gateway.advance(10_000)
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(number) * 10_000, readings: null))
        }
        #expect(value(humidity, gateway.scrape()) == nil)
        #expect(value(humidity, gateway.tick())?.bitPattern == StaleMarker.bitPattern)
    }

    @Test func `a late null does not end a series that has a newer value`() {
        let gateway = IntakeHarness()
        let null = #"{"quantity":"temperature","channel":"0","unit":"Cel","value":null}"#
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        gateway.advance(2000)
        _ = gateway.send(pump, telemetry(seq: 2, uptime: 2000))
        gateway.advance(1)
        let late = gateway.send(pump, telemetry(seq: 1, uptime: 1000, readings: null))
        #expect(late.outcome == .accepted(sampleCount: 0))
        #expect(value(#"sensor_temperature_celsius{device_id="pump-3",sensor="0"}"#, gateway.scrape()) == 45.5)
    }

    @Test func `messages without a value do not refresh the age, also after a replay`() throws {
        let null = #"{"quantity":"temperature","channel":"0","unit":"Cel","value":null}"#
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        for (number, readings) in [(UInt32(1), null), (2, ""), (3, null)] {
            gateway.advance(20_000)
            _ = gateway.send(pump, telemetry(seq: number, uptime: Int64(number) * 20_000, readings: readings))
        }
        #expect(gateway.device("pump-3")?.ageMilliseconds == 60_000)
        let restarted = IntakeHarness()
        restarted.bootMilliseconds = gateway.bootMilliseconds
        restarted.unixMilliseconds = gateway.unixMilliseconds
        try restarted.intake.replay(gateway.intake.drainJournal(), clock: restarted.clock)
        #expect(restarted.device("pump-3")?.ageMilliseconds == 60_000)
        #expect(restarted.device("pump-3")?.counts.messages == 4)
    }

    @Test func `a MODAX message without a known reading is malformed and does not refresh the age`() {
        let gateway = IntakeHarness()
        _ = gateway.send(modaxTopic, modaxData(1000))
        gateway.advance(60_000)
        let flat = #"{"timestamp":61000,"device_id":"ESP32_FIELD_001","power":5.2}"#
        for (topic, payload) in [(modaxTopic, flat), ("modax/sensor/safety", flat)] {
            guard case .malformed(let malformed) = gateway.send(topic, payload).outcome else {
                Issue.record("taken")
                continue
            }
            #expect(malformed.reason.rawValue == "no_readings")
        }
        #expect(gateway.device("ESP32_FIELD_001")?.ageMilliseconds == 60_000)
        let count = #"device_messages_malformed_total{device_id="ESP32_FIELD_001",reason="no_readings"}"#
        #expect(value(count, gateway.scrape()) == 2)
    }

    @Test(arguments: [1200, 1500, 2000] as [Int64])
    func `a backlog flushed at a little more than real time keeps its times`(paceThousandths: Int64) {
        let gateway = IntakeHarness()
        var seq: UInt32 = 0
        var worst: Int64 = 0
        let origin = gateway.unixMilliseconds
        func send(_ uptime: Int64) {
            let sent = gateway.send(pump, telemetry(seq: seq, uptime: uptime))
            seq += 1
            for sample in sent.samples { worst = max(worst, abs(sample.unixMilliseconds - origin - uptime)) }
        }
        for number in 0..<60 {
            send(Int64(number) * 1000)
            gateway.advance(1000)
        }
        gateway.advance(600_000)
        var uptime: Int64 = 60_000
        while uptime < gateway.unixMilliseconds - origin {
            send(uptime)
            uptime += 1000
            gateway.advance(1_000_000 / paceThousandths)
        }
        #expect(worst <= 1, "milliseconds")
    }
}
