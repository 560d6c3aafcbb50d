import SettingsFile
import Testing
import Wear

@testable import WaysideAgent

@Suite struct WearSettingsTests {
    private func problems(_ devices: String) -> [String] {
        do {
            _ = try read(devices)
            return []
        } catch {
            return ["\(error)"]
        }
    }

    private func read(_ devices: String) throws -> DeviceSettings {
        let text = "devices:\n\(devices)\n"
        return try SettingsDocument.read(bytes: Array(text.utf8), name: "agent.yaml", as: AgentSettings.self).devices
    }

    @Test func `all models, vibration and anomalies are read`() throws {
        let devices = try read(
            """
              wear:
                - {device: "press-*", component: motor, model: operating_hours, quantity: motor_current,
                   nominal_life_hours: 20000, nominal_load: 5, load_exponent: 1.5}
                - {device: press-7, component: bearing, model: bearing_life, quantity: force, speed_quantity: spin,
                   speed_channel: "1", dynamic_load_rating_newtons: 14000}
              vibration: [{device: "*", class: group2_flexible}]
              anomalies:
                - {device: "*", quantity: temperature, channel: "0", robust_z: {window: 60}, cusum: {}, target: 45, sigma: 2}
            """)
        let wear = devices.wear
        #expect(wear.models.map(\.device.text) == ["press-*", "press-7"])
        #expect(wear.models.first?.model.declaration.parameters["load_exponent"] == 1.5)
        #expect(wear.models.last?.model.declaration.speedChannel == "1")
        #expect(wear.vibration.map(\.machine) == [.group2Flexible])
        let anomaly = try #require(wear.anomalies.first)
        #expect(anomaly.robustZ?.window == 60 && anomaly.cusum?.decision == 5 && anomaly.ewma == nil)
        #expect(anomaly.target == 45 && anomaly.sigma == 2 && anomaly.channel == "0")
        #expect(wear.limit == 10_000)
        #expect(try read("  wear_limit: 7").wear.limit == 7)
    }

    @Test(arguments: [
        (
            "  wear: [{device: a, component: b, model: operating_hour, quantity: c}]",
            ["devices.wear[0].model", "operating_hours"]
        ),
        (
            "  wear: [{device: a, component: b, model: operating_hours, quantity: c, nominal_lief_hours: 5}]",
            ["nominal_lief_hours", "did you mean \"nominal_life_hours\""]
        ),
        (
            "  wear: [{device: a, component: b, model: operating_hours, quantity: c, nominal_life_hours: -5}]",
            ["devices.wear[0].nominal_life_hours", "-5"]
        ),
        ("  wear: [{device: a, component: b, model: arrhenius, quantity: c}]", ["devices.wear[0].model", "needs"]),
        (
            "  wear: [{device: a, component: b c, model: operating_hours, quantity: c, nominal_life_hours: 5}]",
            ["devices.wear[0].component", "letters"]
        ),
        ("  wear: [{device: a, component: b, quantity: c}]", ["devices.wear[0].model", "one of operating_hours"]),
        ("  wear: [{component: b, model: rainflow}]", ["devices.wear[0].device", "required"]),
        ("  vibration: [{device: a, class: group3}]", ["devices.vibration[0].class", "group1_rigid"]),
        ("  vibration: [{device: a}]", ["devices.vibration[0].class", "required"]),
        ("  anomalies: [{device: a, quantity: b}]", ["devices.anomalies[0].quantity", "robust_z"]),
        ("  anomalies: [{device: a, quantity: b, ewma: {lamda: 0.1}}]", ["lamda", "did you mean \"lambda\""]),
    ])
    func `problems are named with their place`(_ yaml: String, _ parts: [String]) {
        let found = problems(yaml).joined(separator: "\n")
        for part in parts { #expect(found.contains(part), "\(part) is missing in: \(found)") }
        #expect(found.contains("2:"), "\(found)")
    }
}
