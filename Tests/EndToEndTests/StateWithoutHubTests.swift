import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// A gateway that is only scraped ships nothing, and remembers its devices all the same.
@Suite struct StateWithoutHubTests {
    @Test func aDeadDeviceIsNotNewAfterARestart() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let agent = try await RunningAgent(mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 0s}]")
        func device() async throws -> (messages: Double, age: Double)? {
            let page = try await Web.shared.json(agent.base + "/api/v1/devices")
            guard let device = page["devices"]?.elements.first, let age = device["age_ms"]?.number,
                let messages = device["counts"]?["messages"]?.number
            else { return nil }
            return (messages, age)
        }
        let fleet = try SimulatedFleet(["--devices", "1", "--rate", "20", "--messages", "40"], broker: broker.url)
        try await Web.shared.wait(for: "its messages") { (try await device()?.messages ?? 0) >= 40 }
        _ = try fleet.stop()
        try await Web.shared.wait(for: "two seconds of silence") { (try await device()?.age ?? 0) > 2000 }
        let before = try #require(try await device())
        #expect(agent.stop() == 0)
        try await agent.start()
        let after = try #require(try await device(), "the device is forgotten")
        #expect(after.age > before.age)
        #expect(after.messages >= 40)
    }

    /// Nothing is in the ring from which wear could be made again but snapshots, so they are written as it changes.
    @Test(.enabled(if: Programs.peer("mosquitto_pub") != nil, "mosquitto_pub is not installed"))
    func wearOutlivesAKillWithoutAHub() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let agent = try await RunningAgent(
            settings: """
                devices:
                  wear:
                    - {device: "pump-*", component: frame, model: rainflow, quantity: force, exponent: 3, coefficient: 1e6}
                """, mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 50ms}]")
        try await Web.shared.wait(for: "the session") {
            try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status").values.first == 1
        }
        var sequence = 0
        func publish(_ values: [Double]) throws {
            for value in values {
                let message =
                    #"{"boot_id":7,"seq":\#(sequence),"uptime_ms":\#(sequence * 1000),"readings":["#
                    + #"{"quantity":"force","unit":"N","value":\#(value)}]}"#
                sequence += 1
                let sent = try Programs.run(
                    Programs.peer("mosquitto_pub") ?? "mosquitto_pub",
                    ["-p", "\(broker.port)", "-q", "1", "-t", "wayside/v1/pump-1/telemetry", "-m", message])
                guard sent.exitCode == 0 else { throw PeerError("mosquitto_pub: \(sent.output)") }
            }
        }
        func wear() async throws -> Double? {
            try await MetricsText.scrape(agent.metricsURL).value(
                "wear_percentage", ["device_id": "pump-1", "component": "frame"])
        }
        func snapshotCount() throws -> Int {
            try Programs.run(Programs.agent, ["buffer", "inspect", "--records", "--config", agent.configPath])
                .output.split(separator: "\n").filter { $0.contains("wear/") }.count
        }
        // ASTM's example, see WearTests.
        try publish([-2, 1, -3, 5, -1, 3, -4, 4, -2])
        try await Web.shared.wait(for: "its wear") { abs((try await wear() ?? 0) - 0.1094) < 1e-9 }
        // The same value again is no wear, but a change: the second snapshot from here on was begun after the wear was
        // there.
        let before = try snapshotCount()
        try await Web.shared.wait(for: "two snapshots", seconds: 20) {
            try publish([-2])
            return try snapshotCount() >= before + 2
        }
        agent.kill()
        try await agent.start()
        #expect(abs((try await wear() ?? 0) - 0.1094) < 1e-9)
        // The devices' sequence was kept with it: the count goes on where it was.
        try publish([6])
        let closed = 0.5 * (27.0 + 64 + 512 + 729 + 1000) + 64 + 216
        try await Web.shared.wait(for: "the next half cycle") { abs((try await wear() ?? 0) - closed / 1e4) < 1e-9 }
    }
}
