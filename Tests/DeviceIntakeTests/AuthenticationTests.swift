import DeviceProtocol
import MetricModel
import TestValues
import Testing

@testable import DeviceIntake

/// A device that signs, made of the real encoder.
struct SigningDevice {
    var id = "pump-3"
    var key = [UInt8](repeating: 0x5a, count: 32)
    var encoding = MessageEncoding.cbor

    func topic(_ kind: String) -> String { "wayside/v1/\(id)/\(kind)" }

    func telemetry(boot: UInt32, seq: UInt32, uptime: UInt64 = 1000, value: Double = 5.2) throws -> [UInt8] {
        try message("telemetry") { encoder throws(EncodingError) in
            encoder.beginTelemetry(MessageHeader(bootID: boot, sequence: seq, uptimeMilliseconds: uptime))
            encoder.add("motor_current", channel: "0", unit: "A", value, decimals: 2)
            return try encoder.finish()
        }
    }

    func birth(boot: UInt32, uptime: UInt64, firmware: StaticString = "1") throws -> [UInt8] {
        try message("birth") { encoder throws(EncodingError) in
            encoder.beginBirth(
                BirthMessage(
                    bootID: boot, uptimeMilliseconds: uptime, firmware: ProtocolText(stringLiteral: firmware)))
            return try encoder.finish()
        }
    }

    func state(_ state: DeviceState, boot: UInt32) throws -> [UInt8] {
        try message("state") { encoder throws(EncodingError) in try encoder.encodeState(state, bootID: boot) }
    }

    private func message(
        _ kind: String, _ body: (inout MessageEncoder) throws(EncodingError) -> Int
    ) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let topic = Array(topic(kind).utf8)
        let count = try topic.withUnsafeBytes { topic in
            try key.withUnsafeBytes { bytes in
                try buffer.withUnsafeMutableBytes { buffer in
                    let key = try #require(MessageKey(id: 0, bytes: bytes))
                    var encoder = MessageEncoder(
                        into: buffer, encoding: encoding,
                        signature: MessageSignature(topic: ProtocolText(topic), key: key))
                    return try body(&encoder)
                }
            }
        }
        return Array(buffer[..<count])
    }
}

@Suite struct AuthenticationTests {
    private let device = SigningDevice()

    private func gateway(_ change: (inout DeviceIntakeSettings) -> Void = { _ in }) throws -> IntakeHarness {
        let line = "pump-3 0 \(Hexadecimal.text(device.key))"
        let keys = try DeviceKeyFile.parse(Array(line.utf8))
        return IntakeHarness {
            $0.keys = keys
            change(&$0)
        }
    }

    private func reason(_ outcome: IntakeOutcome) -> MalformedReason? {
        if case .malformed(let message) = outcome { message.reason } else { nil }
    }

    @Test(arguments: [MessageEncoding.json, .cbor])
    func `what a device with a key signs is taken once`(encoding: MessageEncoding) throws {
        var device = device
        device.encoding = encoding
        let gateway = try gateway()
        let message = try device.telemetry(boot: 4, seq: 0)
        #expect(gateway.send(device.topic("telemetry"), message).outcome == .accepted(sampleCount: 1))
        #expect(gateway.send(device.topic("telemetry"), message).outcome == .duplicate)
    }

    @Test func `ids that anybody can make up do not take the place of a device with a key`() throws {
        let gateway = try gateway { $0.deviceLimit = 3 }
        for number in 0..<5 { _ = gateway.send("wayside/v1/ghost-\(number)/state", #"{"state":"online"}"#) }
        #expect(gateway.intake.deviceCount == 3)
        let message = try device.telemetry(boot: 4, seq: 0)
        #expect(gateway.send(device.topic("telemetry"), message).outcome == .accepted(sampleCount: 1))
        #expect(
            gateway.send("wayside/v1/other/state", #"{"state":"online"}"#).outcome == .deviceLimit(deviceID: "other"))
    }

    /// Before it had a key, the device numbered its boots at random, and somebody else spoke MODAX under its id.
    @Test func `a device that is given a key begins anew`() throws {
        let before = IntakeHarness()
        _ = before.send(device.topic("telemetry"), telemetry(boot: 3_900_000_000, seq: 0, uptime: 1000))
        let journal = before.intake.drainJournal()
        let gateway = try gateway()
        try gateway.intake.replay(journal, clock: gateway.clock)
        let message = try device.telemetry(boot: 1, seq: 0)
        #expect(gateway.send(device.topic("telemetry"), message).outcome == .accepted(sampleCount: 1))

        let spoken = IntakeHarness()
        _ = spoken.send(modaxTopic, modaxData(98_765_432, device: "pump-3"))
        let other = try self.gateway()
        for part in spoken.intake.snapshot(clock: spoken.clock) {
            try other.intake.restore(part, clock: other.clock)
        }
        #expect(other.device("pump-3")?.profile == .modax)
        #expect(other.send(device.topic("telemetry"), message).outcome == .accepted(sampleCount: 1))
        #expect(other.device("pump-3")?.profile == .wayside)
        #expect(other.send(device.topic("telemetry"), message).outcome == .duplicate)
    }

    @Test func `a wrong MAC changes nothing of the device but the counter`() throws {
        let gateway = try gateway()
        _ = gateway.send(device.topic("telemetry"), try device.telemetry(boot: 4, seq: 0))
        let before = try #require(gateway.device("pump-3"))
        gateway.advance(5_000)
        var forger = device
        forger.key[31] ^= 1
        for message in [try forger.telemetry(boot: 5, seq: 9, uptime: 7000, value: 99)] {
            #expect(reason(gateway.send(device.topic("telemetry"), message).outcome) == .unauthenticated)
        }
        #expect(
            reason(gateway.send(device.topic("birth"), try forger.birth(boot: 4, uptime: 9)).outcome)
                == .unauthenticated)
        #expect(
            reason(gateway.send(device.topic("state"), try forger.state(.offline, boot: 4)).outcome)
                == .unauthenticated)
        let after = try #require(gateway.device("pump-3"))
        #expect(after.ageMilliseconds == (before.ageMilliseconds ?? 0) + 5_000)
        #expect(after.state == .online)
        #expect(after.firmware == before.firmware)
        #expect(after.counts.reboots == 0 && after.counts.lost == 0 && after.counts.messages == 1)
        #expect(after.counts.malformed.reduce(0, +) == 3)
        #expect(after.readings.first?.value == 5.2)
        // The next one of its own is none the worse.
        let next = try device.telemetry(boot: 4, seq: 1, uptime: 6000)
        #expect(gateway.send(device.topic("telemetry"), next).outcome == .accepted(sampleCount: 1))
    }

    @Test func `a device with a key cannot be spoken for without one, on any topic`() throws {
        let gateway = try gateway()
        let plain = #"{"boot_id":4,"seq":0,"uptime_ms":1,"readings":[]}"#
        #expect(reason(gateway.send(device.topic("telemetry"), plain).outcome) == .unauthenticated)
        let modax = #"{"timestamp":1,"device_id":"pump-3","motor_currents":[1]}"#
        #expect(reason(gateway.send("modax/sensor/data", modax).outcome) == .unauthenticated)
        #expect(gateway.intake.deviceCount == 0)
        // Another device has no key and needs none.
        let other = gateway.send("wayside/v1/pump-4/telemetry", plain)
        #expect(other.outcome == .accepted(sampleCount: 0))
    }

    @Test func `require_mac refuses devices without a key`() throws {
        let gateway = try gateway { $0.isCodeRequired = true }
        let plain = #"{"boot_id":4,"seq":0,"uptime_ms":1,"readings":[]}"#
        #expect(reason(gateway.send("wayside/v1/pump-4/telemetry", plain).outcome) == .unauthenticated)
        let signed = try device.telemetry(boot: 4, seq: 0)
        #expect(gateway.send(device.topic("telemetry"), signed).outcome == .accepted(sampleCount: 1))
    }

    @Test func `an old boot that is forgotten is a replay, one that is remembered is late`() throws {
        let gateway = try gateway()
        for boot in UInt32(1)...12 {
            let message = try device.telemetry(boot: boot, seq: 0, uptime: 1000)
            #expect(gateway.send(device.topic("telemetry"), message).outcome == .accepted(sampleCount: 1))
            gateway.advance(1_000)
        }
        // Of boot 1 nothing is remembered: eight boots before the current one are.
        let old = try device.telemetry(boot: 1, seq: 0, uptime: 1000)
        #expect(reason(gateway.send(device.topic("telemetry"), old).outcome) == .unauthenticated)
        let repeated = try device.telemetry(boot: 11, seq: 0, uptime: 1000)
        #expect(gateway.send(device.topic("telemetry"), repeated).outcome == .duplicate)
        let late = try device.telemetry(boot: 11, seq: 1, uptime: 2000)
        #expect(gateway.send(device.topic("telemetry"), late).outcome == .accepted(sampleCount: 1))
        #expect(gateway.device("pump-3")?.counts.reboots == 11)
        // A state or a birth has no number, so those of an older boot are replays, remembered or not.
        #expect(
            reason(gateway.send(device.topic("state"), try device.state(.online, boot: 11)).outcome)
                == .unauthenticated)
        #expect(
            reason(gateway.send(device.topic("birth"), try device.birth(boot: 11, uptime: 5)).outcome)
                == .unauthenticated)
    }

    @Test func `a birth of this boot that is older than the last is a replay`() throws {
        let gateway = try gateway()
        let first = try device.birth(boot: 4, uptime: 100, firmware: "1")
        let second = try device.birth(boot: 4, uptime: 900, firmware: "2")
        #expect(gateway.send(device.topic("birth"), first).outcome == .accepted(sampleCount: 0))
        #expect(gateway.send(device.topic("birth"), second).outcome == .accepted(sampleCount: 0))
        #expect(reason(gateway.send(device.topic("birth"), first).outcome) == .unauthenticated)
        #expect(gateway.send(device.topic("birth"), second).outcome == .duplicate)
        #expect(gateway.device("pump-3")?.firmware == "2")
    }

    @Test func `sixteen messages behind the window are replays, not a restart`() throws {
        let gateway = try gateway()
        _ = gateway.send(device.topic("telemetry"), try device.telemetry(boot: 4, seq: 5000, uptime: 5_000_000))
        for seq in UInt32(0)..<40 {
            let message = try device.telemetry(boot: 4, seq: seq, uptime: UInt64(seq) * 1000)
            #expect(gateway.send(device.topic("telemetry"), message).outcome == .duplicate)
        }
        #expect(gateway.device("pump-3")?.counts.reboots == 0)
    }

    @Test func `the newest boot is known after a restart, from snapshot and journal`() throws {
        for hasSnapshot in [true, false] {
            let gateway = try gateway()
            for boot in UInt32(1)...12 {
                _ = gateway.send(device.topic("telemetry"), try device.telemetry(boot: boot, seq: 0))
            }
            let parts = gateway.intake.snapshot(clock: gateway.clock)
            let journal = gateway.intake.drainJournal()
            let restarted = try self.gateway()
            if hasSnapshot {
                for part in parts { try restarted.intake.restore(part, clock: restarted.clock) }
            } else {
                try restarted.intake.replay(journal, clock: restarted.clock)
            }
            let old = try device.telemetry(boot: 1, seq: 0)
            #expect(reason(restarted.send(device.topic("telemetry"), old).outcome) == .unauthenticated)
        }
    }
}
