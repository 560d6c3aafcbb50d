import MetricModel
import Testing

@testable import DeviceIntake

/// The defects of the original platform that concern the intake; those of wear are with `Wear`.
@Suite struct ModaxDefectTests {
    /// There, the age was set to 0 on receipt and nothing ever increased it.
    @Test func `defect 1: the age grows while a device is silent, and goes on after its readings have ended`() {
        let gateway = IntakeHarness()
        _ = gateway.send(modaxTopic, modaxData(98_765_432))
        let age = #"sensor_data_age_seconds{device_id="ESP32_FIELD_001"}"#
        let current = #"sensor_motor_current_amperes{device_id="ESP32_FIELD_001",motor="0"}"#
        #expect(value(age, gateway.scrape()) == 0)
        gateway.advance(20_000)
        #expect(value(age, gateway.scrape()) == 20)
        #expect(value(current, gateway.scrape()) == 5.2)
        gateway.advance(20_000)
        let ended = gateway.tick()
        #expect(value(age, ended) == 40)
        #expect(value(current, ended)?.bitPattern == StaleMarker.bitPattern)
        #expect(value(current, gateway.scrape()) == nil)
        gateway.advance(3_600_000)
        let later = gateway.tick()
        #expect(value(age, later) == 3640)
        #expect(value(current, later) == nil, "a series is ended once")
        #expect(value("devices_connected", later) == 0)
    }

    /// There, uptimes were compared with Unix time and every sample was dropped.
    @Test func `defect 2: a timestamp in uptime milliseconds lands at its arrival`() throws {
        let gateway = IntakeHarness()
        let first = gateway.send(modaxTopic, modaxData(98_765_432))
        #expect(first.outcome == .accepted(sampleCount: 7))
        #expect(first.samples.allSatisfy { $0.unixMilliseconds == gateway.unixMilliseconds })
        let last = #"sensor_last_sample_timestamp_seconds{device_id="ESP32_FIELD_001"}"#
        #expect(value(last, gateway.scrape()) == Double(gateway.unixMilliseconds) / 1000)
    }

    @Test func `defect 2: in every shape, and Unix time in place of uptime is believed in its differences alone`() {
        let shapes: [(Int64) -> [UInt8]] = [
            { Array(#"{"timestamp":\#($0),"device_id":"A","current_1":5}"#.utf8) },
            { [0x08] + varint($0) + [0x12, 1, 0x41, 0x1d, 0, 0, 0xa0, 0x40] },
        ]
        // An uptime; the gateway's own time; a clock that is a day behind.
        for start in [98_765_432, 1_763_600_000_000, 1_763_513_600_000] as [Int64] {
            for shape in shapes {
                let gateway = IntakeHarness()
                let first = gateway.send(modaxTopic, shape(start))
                #expect(first.samples.map(\.unixMilliseconds) == [gateway.unixMilliseconds])
                gateway.advance(1000)
                #expect(gateway.send(modaxTopic, shape(start + 1000)).outcome == .accepted(sampleCount: 1))
                gateway.advance(60_000)
                // It waited for 59 s.
                let late = gateway.send(modaxTopic, shape(start + 2000))
                #expect(late.samples.map(\.unixMilliseconds) == [gateway.unixMilliseconds - 59_000])
                #expect(gateway.send(modaxTopic, shape(start + 2000)).outcome == .duplicate)
            }
        }
    }

    /// There, gravity was part of the vibration and its judgement. The intake says what was measured, under a name
    /// that says acceleration; what is judged is in `Wear`, without gravity.
    @Test func `defect 3: raw acceleration is called acceleration`() {
        let gateway = IntakeHarness()
        let samples = gateway.send(modaxTopic, modaxData(1000)).samples
        let names = Set(samples.map { $0.series.family.name })
        #expect(
            names == [
                "sensor_motor_current_amperes", "sensor_vibration_acceleration_meters_per_second_squared",
                "sensor_temperature_celsius",
            ])
        let z = #"sensor_vibration_acceleration_meters_per_second_squared{axis="z",device_id="ESP32_FIELD_001"}"#
        #expect(value(z, samples) == 0.9)
    }

    /// There, what was known of a device was lost with the process, its age too.
    @Test func `defect 1: a restart does not make a dead device look new`() throws {
        let gateway = IntakeHarness()
        _ = gateway.send(modaxTopic, modaxData(98_765_432))
        gateway.advance(50_000)
        let parts = gateway.intake.snapshot(clock: gateway.clock)
        let restarted = IntakeHarness()
        restarted.bootMilliseconds = gateway.bootMilliseconds + 15_000
        restarted.unixMilliseconds = gateway.unixMilliseconds + 15_000
        for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
        #expect(restarted.device("ESP32_FIELD_001")?.ageMilliseconds == 65_000)
        #expect(restarted.device("ESP32_FIELD_001")?.state == .stale)
    }

    /// There, the device id of the payload was believed on a shared topic. A native device's id is in its topic, and
    /// a shared topic cannot speak for it.
    @Test func `defect 5: a shared topic cannot speak for a native device`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 1000))
        let forged = gateway.send(modaxTopic, modaxData(1000, device: "pump-3"))
        guard case .malformed(let malformed) = forged.outcome else {
            Issue.record("\(forged.outcome)")
            return
        }
        #expect(malformed.reason == .wrongProfile)
        #expect(forged.samples.isEmpty)
        #expect(
            value(#"device_messages_malformed_total{device_id="pump-3",reason="wrong_profile"}"#, gateway.scrape()) == 1
        )
    }

    /// There, one topic for all devices left the broker nothing to hold against who publishes.
    @Test func `defect 5: on a topic of its own a device speaks as itself only`() {
        let gateway = IntakeHarness()
        let own = "modax/sensor/data/ESP32_FIELD_001"
        #expect(gateway.send(own, modaxData(1000)).outcome == .accepted(sampleCount: 7))
        let forged = gateway.send(own, modaxData(2000, device: "ESP32_FIELD_002"))
        guard case .malformed(let malformed) = forged.outcome else {
            Issue.record("\(forged.outcome)")
            return
        }
        #expect(malformed.reason == .invalidDeviceID)
        #expect(malformed.deviceID == "ESP32_FIELD_001")
        #expect(gateway.device("ESP32_FIELD_002") == nil)
    }

    /// There, the Sparkplug guide had sequence numbers and wills wrong, so that a will could belong to another boot.
    @Test func `defect 6: a last will of an earlier boot says nothing of this one`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(boot: 8, seq: 0, uptime: 1000))
        _ = gateway.send("wayside/v1/pump-3/state", #"{"state":"offline","boot_id":7}"#)
        #expect(gateway.device("pump-3")?.state == .online)
        _ = gateway.send("wayside/v1/pump-3/state", #"{"state":"offline","boot_id":8}"#)
        #expect(gateway.device("pump-3")?.state == .offline)
    }
}

/// A protobuf varint.
private func varint(_ number: Int64) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = number
    while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
    }
    return bytes + [UInt8(rest)]
}
