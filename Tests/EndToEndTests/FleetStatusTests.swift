import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// Fifty simulated devices with faults, as an operator sees them.
@Suite struct FleetStatusTests {
    @Test func fiftyDevicesOfWhichSixNeedALook() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let agent = try await RunningAgent(
            settings: "devices: {stale_after_minimum: 2s}", mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 0s}]")
        func fleet(_ prefix: String, _ count: Int, _ faults: [String] = []) throws -> SimulatedFleet {
            try SimulatedFleet(
                ["--device-prefix", prefix, "--devices", "\(count)", "--rate", "4", "--seed", "5"] + faults,
                broker: broker.url)
        }
        let steady = try fleet("press", 46, ["--silence", "3@2..", "--silence", "17@2.."])
        let noisy = try fleet("noisy", 2, ["--malformed", "0.5"])
        let weak = try fleet("weak", 1, ["--reboot-every", "1"])
        let gone = try fleet("gone", 1)
        try await Web.shared.wait(for: "all to have sent data") {
            let devices = try await Web.shared.json(agent.base + "/api/v1/devices")["devices"]?.elements ?? []
            return devices.count { $0["age_ms"]?.number != nil } == 50
        }
        gone.kill()

        let expected = ["gone-1", "noisy-1", "noisy-2", "press-17", "press-3", "weak-1"]
        try await Web.shared.wait(for: "every fault to be seen") {
            let summary = try await Web.shared.json(agent.base + "/api/v1/devices")["summary"]
            let concerned = summary?["concerned"]?.elements.compactMap(\.text) ?? []
            return concerned.sorted() == expected && summary?["stale"]?.number == 2
                && summary?["offline"]?.number == 1 && summary?["online"]?.number == 47
        }
        let screen = try agent.status().output
        let lines = screen.split(separator: "\n").map(String.init)
        #expect(
            lines.contains("devices   50 of at most 1,000: 47 online, 2 stale, 1 offline · 6 to look at"), "\(screen)")
        for (device, reason) in [
            ("gone-1", "offline, last data "), ("press-17", "silent for "), ("press-3", "silent for "),
            ("noisy-1", " malformed message"), ("noisy-2", " malformed message"), ("weak-1", " reboot"),
        ] {
            let line = try #require(lines.first { $0.hasPrefix(device + " ") }, "\(device) is not in\n\(screen)")
            #expect(line.contains(reason), "\(line)")
        }
        // Outages first; those that are well are counted.
        let order = lines.compactMap { line in expected.first { line.hasPrefix($0 + " ") } }
        #expect(Set(order.prefix(3)) == ["gone-1", "press-17", "press-3"], "\(screen)")
        #expect(lines.contains { $0.hasPrefix("44 more are well, their data ") }, "\(screen)")
        #expect(!screen.contains("press-5"))
        let all = try Programs.run(Programs.agent, ["status", "--all", "--config", agent.configPath]).output
        #expect(all.split(separator: "\n").count { $0.hasPrefix("press-") } == 46, "\(all)")
        for fleet in [steady, noisy, weak] { _ = try fleet.stop() }
    }
}
