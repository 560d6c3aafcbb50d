import MetricModel
import Testing

@testable import DeviceIntake

/// What is said about a device beside its readings.
@Suite struct DeviceMetricTests {
    private func birth(_ boot: Int, _ reason: String?, uptime: Int = 1) -> String {
        let told = reason.map { #","reset_reason":"\#($0)""# } ?? ""
        return #"{"boot_id":\#(boot),"uptime_ms":\#(uptime)\#(told)}"#
    }

    private func resets(_ gateway: IntakeHarness, _ reason: String) -> Double? {
        value(#"device_resets_total{device_id="pump-3",reason="\#(reason)"}"#, gateway.scrape())
    }

    @Test func `a boot counts once by its reason, and what alerts wait for counts from 0`() throws {
        let topic = "wayside/v1/pump-3/birth"
        let gateway = IntakeHarness()
        #expect(resets(gateway, "watchdog") == nil)
        _ = gateway.send(topic, birth(1, "power_on"))
        _ = gateway.send(topic, birth(1, "power_on", uptime: 60_000))
        #expect(resets(gateway, "power_on") == 1)
        for reason in ["watchdog", "panic", "brownout"] { #expect(resets(gateway, reason) == 0) }
        #expect(resets(gateway, "software") == nil)
        _ = gateway.send(topic, birth(2, "watchdog"))
        _ = gateway.send(topic, birth(2, "watchdog"), retained: true)
        _ = gateway.send(topic, birth(3, "a word of our own"))
        _ = gateway.send(topic, birth(4, nil))
        #expect(resets(gateway, "watchdog") == 1)
        #expect(resets(gateway, "unknown") == 2)
        let restarted = IntakeHarness()
        for part in gateway.intake.snapshot(clock: gateway.clock) {
            try restarted.intake.restore(part, clock: restarted.clock)
        }
        _ = restarted.send(topic, birth(4, nil))
        #expect(resets(restarted, "watchdog") == 1 && resets(restarted, "unknown") == 2)
        #expect(resets(restarted, "panic") == 0)
    }

    /// A kill may lose a birth that no snapshot holds; the broker's retained copy brings it again.
    @Test func `a retained birth counts where messages have shown that it is of this boot`() {
        let gateway = IntakeHarness()
        _ = gateway.send("wayside/v1/pump-3/birth", birth(1, "panic"), retained: true)
        #expect(resets(gateway, "panic") == nil, "nobody knows how long ago that was")
        _ = gateway.send(pump, telemetry(boot: 2, seq: 0, uptime: 1000))
        _ = gateway.send("wayside/v1/pump-3/birth", birth(2, "panic"), retained: true)
        #expect(resets(gateway, "panic") == 1)
    }

    @Test func `states are shown one at a time and ended when they change`() {
        let gateway = IntakeHarness()
        func shown(_ samples: [Sample], _ family: String) -> [String: Double] {
            var shown: [String: Double] = [:]
            for sample in samples where sample.series.family.name == family {
                shown[sample.series.labelValues[1]] = sample.value
            }
            return shown
        }
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        #expect(shown(gateway.scrape(), "device_state") == ["online": 1])
        #expect(shown(gateway.tick(), "device_state") == ["online": 1])
        gateway.advance(60_000)
        #expect(shown(gateway.scrape(), "device_state") == ["stale": 1])
        let changed = shown(gateway.tick(), "device_state")
        #expect(changed["stale"] == 1 && changed["online"]?.bitPattern == StaleMarker.bitPattern)
        #expect(shown(gateway.tick(), "device_state") == ["stale": 1])
        #expect(shown(gateway.scrape(), "device_clock_state") == ["learning": 1])
        let extra = #","unix_ms":\#(gateway.unixMilliseconds),"synchronised":true"#
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 60_000, extra: extra))
        let declared = shown(gateway.tick(), "device_clock_state")
        #expect(declared["declared"] == 1 && declared["learning"]?.bitPattern == StaleMarker.bitPattern)
    }

    @Test func `the offset of a wall clock is told, believed or not, and ends with it`() {
        let offset = #"device_clock_offset_seconds{device_id="pump-3"}"#
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        #expect(value(offset, gateway.tick()) == nil)
        for (ahead, synchronised) in [(-1_763_000_000_000, false), (2500, true), (90_000, true)] as [(Int64, Bool)] {
            gateway.advance(1000)
            // It waited for three seconds, which is no fault of its clock.
            let uptime = gateway.bootMilliseconds - 1_000_000
            gateway.advance(3000)
            let time = gateway.unixMilliseconds - 3000 + ahead
            let extra = #","unix_ms":\#(time),"synchronised":\#(synchronised)"#
            let seq = UInt32(uptime)
            #expect(
                gateway.send(pump, telemetry(seq: seq, uptime: uptime, extra: extra)).outcome
                    == .accepted(sampleCount: 1))
            #expect(value(offset, gateway.tick()) == Double(ahead) / 1000)
            #expect(gateway.device("pump-3")?.clockOffsetMilliseconds == ahead)
        }
        gateway.isSynchronised = false
        gateway.advance(1000)
        let uptime = gateway.bootMilliseconds - 1_000_000
        let extra = #","unix_ms":\#(gateway.unixMilliseconds),"synchronised":true"#
        _ = gateway.send(pump, telemetry(seq: UInt32(uptime), uptime: uptime, extra: extra))
        #expect(value(offset, gateway.tick())?.bitPattern == StaleMarker.bitPattern)
        #expect(value(offset, gateway.tick()) == nil)
    }

    @Test func `the drift is told once it is known, and ends with the boot`() {
        let drift = #"device_clock_drift_ppm{device_id="pump-3"}"#
        let gateway = IntakeHarness()
        for number in 0..<1000 {
            _ = gateway.send(pump, telemetry(seq: UInt32(number), uptime: Int64(Double(number) * 1000.1)))
            if number == 500 { #expect(value(drift, gateway.tick()) == nil) }
            gateway.advance(1000)
        }
        let told = value(drift, gateway.tick()) ?? .nan
        #expect(abs(told - 100) < 5, "\(told)")
        #expect(value(#"device_clock_state{device_id="pump-3",state="fitted"}"#, gateway.scrape()) == 1)
        _ = gateway.send(pump, telemetry(boot: 8, seq: 0, uptime: 0))
        #expect(value(drift, gateway.tick())?.bitPattern == StaleMarker.bitPattern)
    }

    @Test func `first and last seen are of live messages, and survive a restart and a correction of the clock`() throws
    {
        let first = #"device_first_seen_timestamp_seconds{device_id="pump-3"}"#
        let last = #"device_last_seen_timestamp_seconds{device_id="pump-3"}"#
        let gateway = IntakeHarness()
        gateway.unixMilliseconds = 5_000_000
        gateway.isSynchronised = false
        _ = gateway.send("wayside/v1/pump-3/birth", birth(7, "panic"), retained: true)
        #expect(value(first, gateway.scrape()) == nil)
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        gateway.advance(60_000)
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 60_000))
        gateway.advance(60_000)
        _ = gateway.send(pump, telemetry(seq: 1, uptime: 60_000))
        _ = gateway.send(pump, telemetry(seq: 9, uptime: 1), retained: true)
        #expect(value(first, gateway.scrape()) == 5000)
        #expect(value(last, gateway.scrape()) == 5060)
        gateway.intake.wallClockCorrected(byMilliseconds: 1_763_600_000_000)
        let restarted = IntakeHarness()
        for part in gateway.intake.snapshot(clock: gateway.clock) {
            try restarted.intake.restore(part, clock: restarted.clock)
        }
        restarted.intake.wallClockCorrected(byMilliseconds: 77)
        #expect(value(first, restarted.scrape()) == 1_763_605_000)
        #expect(value(last, restarted.scrape()) == 1_763_605_060)
    }

    @Test func `what a device says of itself is named for it`() {
        let gateway = IntakeHarness()
        let readings = [
            ("wifi_rssi", "dBm", "-61"), ("heap_free", "B", "120000"), ("heap_minimum", "KiB", "64"),
            ("battery_voltage", "mV", "3700"), ("battery_level", "%EL", "80"),
        ].map { #"{"quantity":"\#($0.0)","unit":"\#($0.1)","value":\#($0.2)}"# }.joined(separator: ",")
        let sent = gateway.send(pump, telemetry(seq: 0, uptime: 0, readings: readings))
        #expect(
            sent.samples.map { "\(name($0)) \($0.value)" } == [
                #"device_wifi_rssi_dbm{device_id="pump-3"} -61.0"#,
                #"device_heap_free_bytes{device_id="pump-3"} 120000.0"#,
                #"device_heap_minimum_bytes{device_id="pump-3"} 65536.0"#,
                #"device_battery_voltage_volts{device_id="pump-3"} 3.7"#,
                #"device_battery_level_ratio{device_id="pump-3"} 0.8"#,
            ])
    }

    @Test func `every family has a help text`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        for sample in gateway.scrape() { #expect(!sample.series.family.help.isEmpty, "\(name(sample))") }
    }
}
