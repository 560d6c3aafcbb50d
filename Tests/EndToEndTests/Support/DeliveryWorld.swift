import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// A broker, a hub and an agent between them.
final class DeliveryWorld {
    let broker: MosquittoBroker
    let hub: RunningHub
    let agent: RunningAgent

    init(acknowledgeWithin: String = "200ms", profiles: String = "[wayside, modax, broker]") async throws {
        broker = try MosquittoBroker()
        try broker.start()
        hub = try await RunningHub()
        agent = try await RunningAgent(
            settings: "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: \(acknowledgeWithin), profiles: \(profiles)}]")
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

    /// Asks the agent for something small, whether it answers or not.
    func knock() async {
        do {
            _ = try await Web.shared.get(agent.base + "/")
        } catch {
            // It does not listen yet.
        }
    }

    /// Waits until the agent that runs now has taken so many messages from the broker.
    func waitForMessages(_ count: Int) async throws {
        try await Web.shared.wait(for: "\(count) messages at the agent") {
            let metrics = try await MetricsText.scrape(self.agent.metricsURL)
            return metrics.all("wayside_mqtt_messages_total").values.reduce(0, +) >= Double(count)
        }
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
        // An emergency stop is an event, which tells its sequence number too.
        var known: [String: Set<Int>] = [:]
        for message in messages {
            known[message.device, default: []].insert(message.sequence)
            if message.topic.hasSuffix("/telemetry") { wanted[message.device, default: []].insert(message.sequence) }
        }
        #expect(wanted.count == 2)
        try await Web.shared.wait(for: "every acknowledged message in the hub") {
            let stored = try await self.storedSequences()
            return wanted.allSatisfy { $0.value.isSubset(of: Set(stored[$0.key] ?? [])) }
        }
        let stored = try await storedSequences()
        for (device, sequences) in stored {
            #expect(sequences.count == Set(sequences).count, "\(device) has a message twice")
            let unknown = Set(sequences).subtracting(known[device] ?? [])
            // The broker may have taken the last messages without the simulator seeing its answer.
            #expect(
                unknown.count <= 100 && (unknown.min() ?? .max) > (known[device]?.max() ?? 0), "\(device): \(unknown)")
        }
    }
}
