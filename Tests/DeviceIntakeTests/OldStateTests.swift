import MetricModel
import Testing

@testable import DeviceIntake

/// State records as earlier versions of the agent wrote them, byte for byte.
@Suite struct OldStateTests {
    /// Two MODAX messages, one of a native device, a malformed one of its and one of nobody's, and five seconds.
    private static let version2 =
        "020100000000000000020000000000000000e3a004ea000000ec77c09e9a01000001ec77c09e9a0100000003000000000001000000000002"
        + "0f45535033325f4649454c445f3030310202000000000000000000000000000000000200000000f19adae80000006464c09e9a0100000001"
        + "00f19adae80000006464c09e9a010000010000016400000000000001010082273615a7ffffdc0ae3050000000000f19adae800000002f0a9"
        + "985ec801000670756d702d330101000000000000000100000000000000000200000000f19adae80000006464c09e9a010000000100f19ada"
        + "e80000006464c09e9a0100000100000000000000010700000003000000040800000000000000000000000000000000000000000000000000"
        + "000000000000010027009fe80000000000"

    @Test func `a snapshot of version 2 is still read`() throws {
        let gateway = IntakeHarness()
        gateway.advance(65_100)
        try gateway.intake.restore(Vector.bytes(hex: OldStateTests.version2), clock: gateway.clock)
        #expect(gateway.device("ESP32_FIELD_001")?.ageMilliseconds == 65_000)
        #expect(gateway.device("ESP32_FIELD_001")?.counts.messages == 2)
        let pump = gateway.device("pump-3")
        #expect(pump?.counts.messages == 1)
        #expect(pump?.counts.malformed.reduce(0, +) == 1)
        let samples = gateway.scrape()
        #expect(value(#"device_messages_malformed_total{device_id="pump-3",reason="invalid_json"}"#, samples) == 1)
        #expect(value(#"device_messages_malformed_total{reason="wrong_type"}"#, samples) == 1)
        #expect(gateway.send(modaxTopic, modaxData(98_765_532)).outcome == .duplicate)
        #expect(gateway.send("wayside/v1/pump-3/telemetry", telemetry(seq: 3, uptime: 1000)).outcome == .duplicate)
    }
}
