import Daemon
import LinuxSystem
import TestPeers
import Testing

/// Wear from a real broker to /metrics, over SIGKILL, and reset by its command.
@Suite struct WearTests {
    private let broker: MosquittoBroker
    private let agent: RunningAgent

    init() async throws {
        broker = try MosquittoBroker()
        try broker.start()
        // Nobody answers there: the ring keeps all.
        let nobody = try LoopbackPort.free()
        agent = try await RunningAgent(
            settings: """
                devices:
                  wear:
                    - {device: "pump-*", component: frame, model: rainflow, quantity: force, exponent: 3, coefficient: 1e6}
                  vibration: [{device: "pump-*", class: group2_rigid}]
                  anomalies: [{device: "pump-*", quantity: force, ewma: {}, target: 0, sigma: 0.01}]
                remote_write: [{url: "http://127.0.0.1:\(nobody)/api/v1/write"}]
                """, mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 50ms}]")
        try await Web.shared.wait(for: "the session") { [agent] in
            try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status").values.first == 1
        }
    }

    private func publish(_ values: [Double], from sequence: Int) throws {
        let lines = values.enumerated().map { index, value in
            let number = sequence + index
            return #"{"boot_id":7,"seq":\#(number),"uptime_ms":\#(number * 1000),"readings":["#
                + #"{"quantity":"force","unit":"N","value":\#(value)},"#
                + #"{"quantity":"vibration_velocity","channel":"x","unit":"mm/s","value":3.1},"#
                + #"{"quantity":"vibration_acceleration","channel":"magnitude","unit":"m/s2","value":9.81}]}"#
        }
        try writeText(lines.joined(separator: "\n") + "\n", to: agent.directory.path + "/lines")
        let pub = Programs.peer("mosquitto_pub") ?? "mosquitto_pub"
        let result = try Programs.run(
            "/bin/sh",
            [
                "-c",
                "\(pub) -p \(broker.port) -q 1 -t wayside/v1/pump-1/telemetry -l < \(agent.directory.path)/lines",
            ])
        guard result.exitCode == 0 else { throw PeerError("mosquitto_pub: \(result.output)") }
    }

    private let labels = ["device_id": "pump-1", "component": "frame"]

    private func waitForWear(_ percentage: Double) async throws {
        try await Web.shared.wait(for: "a wear of \(percentage) %") { [agent, labels] in
            let wear = try await MetricsText.scrape(agent.metricsURL).value("wear_percentage", labels)
            return wear.map { abs($0 - percentage) < 1e-9 } == true
        }
    }

    private func reset(_ component: String) throws -> (exitCode: Int32, output: String) {
        try Programs.run(
            Programs.agent,
            [
                "wear", "reset", "--config", agent.configPath, "--device", "pump-1", "--component", component,
                "--note", "new frame, 100 % & more",
            ])
    }

    @Test(.enabled(if: Programs.peer("mosquitto_pub") != nil, "mosquitto_pub is not installed"))
    func wearSurvivesKillsAndIsResetByItsCommand() async throws {
        // ASTM's example: with m = 3 and K = 10⁶ its cycles come to 1,094 millionths.
        try publish([-2, 1, -3, 5, -1, 3, -4, 4, -2], from: 0)
        try await waitForWear(0.1094)
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.value("sensor_vibration_severity_zone", ["device_id": "pump-1", "axis": "x"]) == 2)
        #expect(
            metrics.value("wayside_vibration_state", ["device_id": "pump-1", "reason": "magnitude_only"]) == 1)
        #expect(metrics.all("sensor_vibration_dynamic_acceleration_meters_per_second_squared").isEmpty)
        #expect(
            metrics.value(
                "sensor_anomaly", ["device_id": "pump-1", "quantity": "force", "method": "ewma"]) == 1)
        #expect(
            metrics.value(
                "wayside_remaining_useful_life_state", labels.merging(["reason": "too_little_history"]) { $1 }) == 1)
        #expect(metrics.value("remaining_useful_life_hours", labels) == nil)

        agent.kill()
        try await agent.start()
        try await waitForWear(0.1094)
        // The residue goes on where it was: from −2 to 6 closes the half cycle of 4 → −2 within −4 → 6.
        try publish([6], from: 9)
        let closed = 0.5 * (27.0 + 64 + 512 + 729 + 1000) + 64 + 216
        try await waitForWear(closed / 1e4)

        #expect(try reset("belt").exitCode == 1)
        #expect(try reset("belt").output.contains("it has frame"))
        let done = try reset("frame")
        #expect(done.exitCode == 0 && done.output.contains("begins anew"), "\(done.output)")
        try await waitForWear(0)
        agent.kill()
        try await agent.start()
        try await waitForWear(0)
        let after = try await MetricsText.scrape(agent.metricsURL)
        #expect(after.value("wear_resets_total", labels) == 1)
        #expect((after.value("wear_last_reset_timestamp_seconds", labels) ?? 0) > 1.7e9)
        #expect(agent.log.contains("wear was reset"))
        agent.stop()
        #expect(try reset("frame").exitCode == 3)
        let records = try Programs.run(
            Programs.agent, ["buffer", "inspect", "--records", "--config", agent.configPath])
        #expect(records.output.contains("wear-reset"), "\(records.output.suffix(500))")
    }
}
