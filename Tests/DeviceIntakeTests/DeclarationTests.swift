import MetricModel
import Testing

@testable import DeviceIntake

@Suite struct DeclarationTests {
    private let birth = """
        {"boot_id":7,"uptime_ms":1,"quantities":[{"quantity":"motor_current","channel":"0","unit":"A"},\
        {"quantity":"temperature","channel":"0","unit":"Cel"}],\
        "wear":[{"component":"motor","model":"operating_hours","quantity":"motor_current","channel":"0","life":20000}]}
        """

    private func telemetry(_ seq: Int, _ readings: String) -> String {
        #"{"boot_id":7,"seq":\#(seq),"uptime_ms":\#(seq * 1000 + 5),"interval_ms":1000,"readings":[\#(readings)]}"#
    }

    private let current = #"{"quantity":"motor_current","channel":"0","unit":"A","value":5.2}"#
    private func temperature(_ value: String) -> String {
        #"{"quantity":"temperature","channel":"0","unit":"Cel","value":\#(value)}"#
    }

    private func value(_ gateway: IntakeHarness, _ family: String) -> Double? {
        gateway.scrape().first { $0.series.family.name == family }?.value
    }

    @Test func `a declared reading that does not come is missing`() throws {
        let gateway = IntakeHarness()
        _ = gateway.send("wayside/v1/pump-3/telemetry", telemetry(0, current))
        #expect(value(gateway, "device_declared_readings") == nil)
        _ = gateway.send("wayside/v1/pump-3/birth", birth, retained: true)
        #expect(value(gateway, "device_declared_readings") == 2)
        #expect(value(gateway, "device_missing_readings") == 1)
        #expect(gateway.device("pump-3")?.missingReadings == ["temperature 0"])
        #expect(gateway.device("pump-3")?.declaredReadingCount == 2)
        _ = gateway.send("wayside/v1/pump-3/telemetry", telemetry(1, current + "," + temperature("45")))
        #expect(value(gateway, "device_missing_readings") == 0)
        _ = gateway.send("wayside/v1/pump-3/telemetry", telemetry(2, current + "," + temperature("null")))
        #expect(gateway.device("pump-3")?.missingReadings == ["temperature 0"])
    }

    @Test func `after a restart the broker's birth declares again`() throws {
        let gateway = IntakeHarness()
        _ = gateway.send("wayside/v1/pump-3/birth", birth)
        let restarted = IntakeHarness()
        for part in gateway.intake.snapshot(clock: gateway.clock) {
            try restarted.intake.restore(part, clock: restarted.clock)
        }
        #expect(restarted.device("pump-3")?.declaredReadingCount == 0)
        #expect(restarted.send("wayside/v1/pump-3/birth", birth, retained: true).outcome == .duplicate)
        #expect(restarted.device("pump-3")?.declaredReadingCount == 2)
        #expect(restarted.intake.drainDeclaredWear().count == 1)
    }

    @Test func `declared wear is handed on once`() {
        let gateway = IntakeHarness()
        _ = gateway.send("wayside/v1/pump-3/birth", birth)
        #expect(
            gateway.intake.drainDeclaredWear() == [
                "pump-3": [
                    DeclaredWear(
                        component: "motor", model: "operating_hours", quantity: "motor_current", channel: "0",
                        parameters: ["life": 20000])
                ]
            ])
        #expect(gateway.intake.drainDeclaredWear().isEmpty)
    }

    @Test func `readings of a quantity of the future are refused and counted`() {
        let gateway = IntakeHarness()
        let message: [UInt8] = [0xa4, 1, 7, 2, 0, 3, 1, 0x10, 0xa2, 0x18, 0x63, 0x82, 1, 2, 0x0c, 7]
        #expect(gateway.send("wayside/v1/pump-3/telemetry", message).outcome == .accepted(sampleCount: 1))
        #expect(gateway.device("pump-3")?.counts.refusedReadings == 2)
    }
}
