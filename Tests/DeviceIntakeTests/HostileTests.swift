import MetricModel
import Testing

@testable import DeviceIntake

@Suite struct HostileTests {
    static let payloads: [(String, MalformedReason)] = [
        ("", .invalidJSON), ("[]", .wrongType), ("1", .wrongType), ("{}", .missingField),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0}"#, .missingField),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":{}}"#, .wrongType),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[1]}"#, .wrongType),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{}]}"#, .missingField),
        (#"{"boot_id":-1,"seq":0,"uptime_ms":0,"readings":[]}"#, .invalidValue),
        (#"{"boot_id":4294967296,"seq":0,"uptime_ms":0,"readings":[]}"#, .invalidValue),
        (#"{"boot_id":1,"seq":0.5,"uptime_ms":0,"readings":[]}"#, .invalidValue),
        (#"{"boot_id":1,"seq":0,"uptime_ms":1e300,"readings":[]}"#, .invalidValue),
        (#"{"boot_id":"1","seq":0,"uptime_ms":0,"readings":[]}"#, .wrongType),
        (#"{"boot_id":1,"boot_id":1,"seq":0,"uptime_ms":0,"readings":[]}"#, .duplicateField),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"interval_ms":0,"readings":[]}"#, .invalidValue),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{"quantity":"T","value":1}]}"#, .invalidValue),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{"quantity":"t","value":1e999}]}"#, .invalidValue),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{"quantity":"t","value":"1"}]}"#, .wrongType),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{"quantity":"t","value":1,"value":2}]}"#, .duplicateField),
        (
            #"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[{"quantity":"t","channel":"\u0000","value":1}]}"#,
            .invalidValue
        ),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[]} x"#, .invalidJSON),
        (#"{"boot_id":1,"seq":0,"uptime_ms":0,"readings":[],"x":[[[[[[[[[1]]]]]]]]]}"#, .tooLarge),
    ]

    @Test(arguments: payloads) func `is refused with its reason`(payload: String, reason: MalformedReason) {
        let gateway = IntakeHarness()
        let sent = gateway.send(pump, payload)
        guard case .malformed(let malformed) = sent.outcome else {
            Issue.record("\(sent.outcome)")
            return
        }
        #expect(malformed.reason == reason, "\(malformed)")
        #expect(malformed.byteOffset <= payload.utf8.count)
        #expect(sent.samples.isEmpty)
        #expect(gateway.intake.deviceCount == 0)
        #expect(value(#"device_messages_malformed_total{reason="\#(reason.rawValue)"}"#, gateway.scrape()) == 1)
    }

    @Test func `every truncation and every flipped byte is taken or refused, never more`() {
        let messages = [
            (pump, telemetry(seq: 1, uptime: 2, extra: #","unix_ms":3,"synchronised":true,"interval_ms":4"#)),
            (modaxTopic, modaxData(98_765_432)), ("modax/sensor/safety", modaxSafety(98_765_432)),
            ("wayside/v1/pump-3/state", #"{"state":"offline","boot_id":7}"#),
        ]
        for (topic, payload) in messages {
            let bytes = Array(payload.utf8)
            for count in 0..<bytes.count {
                let gateway = IntakeHarness()
                let sent = gateway.send(topic, Array(bytes[..<count]))
                guard case .malformed(let malformed) = sent.outcome else {
                    Issue.record("\(count) bytes of \(payload): \(sent.outcome)")
                    continue
                }
                #expect(malformed.reason == .invalidJSON && malformed.byteOffset == count)
            }
            for position in bytes.indices {
                for change: UInt8 in [0x01, 0x20, 0x80, 0xff] {
                    var changed = bytes
                    changed[position] ^= change
                    let gateway = IntakeHarness()
                    let sent = gateway.send(topic, changed)
                    if case .malformed = sent.outcome { #expect(sent.samples.isEmpty) }
                    _ = gateway.tick()
                }
            }
        }
    }

    @Test func `limits are kept and counted`() {
        let gateway = IntakeHarness {
            $0.deviceLimit = 2
            $0.seriesPerDeviceLimit = 3
            $0.payloadByteLimit = 2000
        }
        for device in ["a", "b"] { _ = gateway.send("wayside/v1/\(device)/telemetry", telemetry(seq: 0, uptime: 0)) }
        let third = gateway.send("wayside/v1/c/telemetry", telemetry(seq: 0, uptime: 0))
        #expect(third.outcome == .deviceLimit(deviceID: "c"))
        #expect(value("wayside_device_messages_refused_total", gateway.scrape()) == 1)
        let flood = (0..<10).map { #"{"quantity":"q\#($0)","value":1}"# }.joined(separator: ",")
        #expect(
            gateway.send("wayside/v1/a/telemetry", telemetry(seq: 1, uptime: 1, readings: flood)).outcome
                == .accepted(sampleCount: 2))
        #expect(value(#"device_readings_refused_total{device_id="a"}"#, gateway.scrape()) == 8)
        let long = gateway.send("wayside/v1/a/telemetry", String(repeating: " ", count: 2001))
        guard case .malformed(let malformed) = long.outcome else {
            Issue.record("\(long.outcome)")
            return
        }
        #expect(malformed.reason == .tooLarge)
    }

    @Test func `a batch without room changes nothing`() {
        let gateway = IntakeHarness()
        let payload = Array(modaxData(1000).utf8)
        #expect(gateway.send(modaxTopic, payload, limit: 6).outcome == .batchFull)
        #expect(gateway.intake.deviceCount == 0)
        #expect(gateway.send(modaxTopic, payload, limit: 7).outcome == .accepted(sampleCount: 7))
    }

    @Test(arguments: [
        "wayside/v1/pump 3/telemetry", "wayside/v1//telemetry", "wayside/v1/a/b/telemetry", "wayside/v2/a/telemetry",
        "wayside/v1/a/unknown", "modax/sensor/data/a b", "modax/sensor/data/a/b", "modax/sensor/data/",
        "modax/sensor/datas", "modax/sensor/batch", "modax/ai/analysis", "", "$SYS/broker/uptime",
    ]) func `other topics are ignored`(topic: String) {
        let gateway = IntakeHarness()
        #expect(gateway.send(topic, telemetry(seq: 0, uptime: 0)).outcome == .ignoredTopic)
        #expect(gateway.intake.ignoredMessageCount == 1)
    }

    @Test(arguments: ["", "a b", "ä", "a/b", String(repeating: "x", count: 65)])
    func `device ids that could harm a label are refused`(id: String) {
        let gateway = IntakeHarness()
        guard case .malformed(let malformed) = gateway.send(modaxTopic, modaxData(1, device: id)).outcome else {
            Issue.record("taken")
            return
        }
        #expect(malformed.reason == .invalidDeviceID)
    }

    @Test func `the error says what, where and what was expected`() {
        let gateway = IntakeHarness()
        _ = gateway.send(pump, telemetry(seq: 0, uptime: 0))
        guard case .malformed(let malformed) = gateway.send(pump, #"{"boot_id":1,"seq":x}"#).outcome else {
            Issue.record("taken")
            return
        }
        #expect(malformed.deviceID == "pump-3")
        #expect(
            malformed.description
                == "wayside/v1/pump-3/telemetry: invalid_json at byte 19: expected another byte by JSON's grammar")
    }
}
