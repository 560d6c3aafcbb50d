import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What the broker accepted is in the hub, once, whatever is killed on the way.
@Suite struct KillTests {
    private let rate = 25

    @Test func agentAndHubKilledInTurnWhileDevicesPublish() async throws {
        let world = try await World()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "\(rate)", "--seed", "7"], broker: world.broker.url)
        for round in 1...3 {
            try await world.waitForProgress()
            if round.isMultiple(of: 2) {
                world.agent.kill()
                try await world.agent.start()
            } else {
                world.hub.kill()
                try await world.hub.start()
                try await world.waitForProgress()
                world.agent.kill()
                try await world.agent.start()
            }
        }
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }

    @Test func theAgentReloadedWhileDevicesPublish() async throws {
        let world = try await World()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "\(rate)", "--seed", "10"], broker: world.broker.url)
        try await world.waitForProgress()
        world.agent.process?.signal(1)
        try await Web.shared.wait(for: "the reload") { world.agent.log.contains("settings reloaded") }
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }

    @Test func theBrokerStoppedAndStartedAgain() async throws {
        let world = try await World()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "\(rate)", "--seed", "8"], broker: world.broker.url)
        try await world.waitForProgress()
        world.broker.stop()
        try world.broker.start()
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }

    /// After SIGKILL the broker has what its last save held. What the agent had received must be there all the same,
    /// none twice; what the broker lost of its own queue is printed, not judged.
    @Test func theBrokerKilledAndStartedAgain() async throws {
        let world = try await World()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "\(rate)", "--seed", "9"], broker: world.broker.url)
        try await world.waitForProgress()
        world.broker.kill()
        let received = try await world.receivedByAgent()
        #expect(received.count == 2 && received.values.allSatisfy { $0 > 0 })
        try world.broker.start()
        try await world.waitForProgress()
        let acknowledged = Set(try fleet.stop().filter { $0.topic.hasSuffix("/telemetry") })
        try await world.waitUntilQuiet()
        let stored = try await world.storedSequences()
        for (device, sequences) in stored {
            #expect(Set(sequences).count == sequences.count, "\(device) has a message twice")
        }
        for (device, count) in received {
            #expect((stored[device]?.count ?? 0) >= count, "\(device): the agent had received \(count) messages")
        }
        let lost = acknowledged.filter { !(stored[$0.device] ?? []).contains($0.sequence) }.count
        print("mosquitto lost \(lost) of \(acknowledged.count) acknowledged messages to SIGKILL")
    }
}

/// A broker, a hub and an agent between them.
private final class World {
    let broker: MosquittoBroker
    let hub: RunningHub
    let agent: RunningAgent

    init() async throws {
        broker = try MosquittoBroker()
        try broker.start()
        hub = try await RunningHub()
        agent = try await RunningAgent(
            settings: "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 200ms}]")
    }

    /// Every sequence number that the hub has, by device, in the order of time.
    func storedSequences() async throws -> [String: [Int]] {
        var result: [String: [Int]] = [:]
        for (labels, samples) in try await hub.query.samples("{__name__=\"sensor_sequence\"}[1h]") {
            let values = samples.compactMap { Double($0.1) }.filter { !$0.isNaN }.map { Int($0) }
            result[labels["device_id"] ?? "", default: []] += values
        }
        return result
    }

    /// Waits until the hub has got messages that it did not have when this was called.
    func waitForProgress() async throws {
        let before = try await storedSequences().values.map(\.count).reduce(0, +)
        try await Web.shared.wait(for: "more messages in the hub than \(before)") {
            try await self.storedSequences().values.map(\.count).reduce(0, +) > before + 20
        }
    }

    /// Waits until the hub has the same number of messages for some seconds on end.
    func waitUntilQuiet() async throws {
        var last = -1
        var same = 0
        try await Web.shared.wait(for: "the hub to be quiet") {
            let now = try await self.storedSequences().values.map(\.count).reduce(0, +)
            same = now == last ? same + 1 : 0
            last = now
            return same >= 60
        }
    }

    /// How many telemetry messages of each device the agent has taken.
    func receivedByAgent() async throws -> [String: Int] {
        let devices = try await Web.shared.json(agent.base + "/api/v1/devices")["devices"]?.elements ?? []
        var result: [String: Int] = [:]
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        for device in devices.compactMap({ $0["id"]?.text }) {
            let value = metrics.value(
                "mqtt_messages_received_total",
                ["topic": "wayside/v1/\(device)/telemetry", "device_id": device])
            result[device] = Int(try #require(value))
        }
        return result
    }

    /// Every acknowledged telemetry message must arrive, and none may be there twice or out of nowhere.
    func expectEachOnce(_ messages: [SimulatedFleet.Message]) async throws {
        var wanted: [String: Set<Int>] = [:]
        for message in messages where message.topic.hasSuffix("/telemetry") {
            wanted[message.device, default: []].insert(message.sequence)
        }
        #expect(wanted.count == 2)
        try await Web.shared.wait(for: "every acknowledged message in the hub") {
            let stored = try await self.storedSequences()
            return wanted.allSatisfy { $0.value.isSubset(of: Set(stored[$0.key] ?? [])) }
        }
        let stored = try await storedSequences()
        for (device, sequences) in stored {
            #expect(sequences.count == Set(sequences).count, "\(device) has a message twice")
            let unknown = Set(sequences).subtracting(wanted[device] ?? [])
            // The broker may have taken the last messages without the simulator seeing its answer.
            #expect(
                unknown.count <= 100 && (unknown.min() ?? .max) > (wanted[device]?.max() ?? 0), "\(device): \(unknown)")
        }
    }
}
