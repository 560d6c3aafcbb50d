import Daemon
import HTTPExchange
import LinuxSystem
import SimulatedSystem
import TestPeers
import TestValues
import Testing

/// What the broker accepted is in the hub, once, whatever is killed on the way.
@Suite struct KillTests {
    private let rate = 25

    @Test func agentAndHubKilledInTurnWhileDevicesPublish() async throws {
        let world = try await DeliveryWorld()
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
        let world = try await DeliveryWorld()
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "\(rate)", "--seed", "10"], broker: world.broker.url)
        try await world.waitForProgress()
        world.agent.process?.signal(1)
        try await Web.shared.wait(for: "the reload") { world.agent.log.contains("settings reloaded") }
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }

    @Test func theBrokerStoppedAndStartedAgain() async throws {
        let world = try await DeliveryWorld()
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
        let world = try await DeliveryWorld()
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

    /// Fifty-five kills at seeded moments: some while the agent is still opening its buffer, most between two messages,
    /// some between a commit and its acknowledgement.
    @Test func aStormOfKills() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("kill storm: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let world = try await DeliveryWorld(acknowledgeWithin: "20ms")
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "50", "--seed", "11"], broker: world.broker.url)
        for round in 1...50 {
            if round.isMultiple(of: 10) {
                world.hub.kill()
                try await world.hub.start()
            }
            // Every fifth is killed while it is still starting.
            if !round.isMultiple(of: 5) {
                try await world.waitForMessages(Int.random(in: 1...40, using: &random))
            }
            // A few requests more, each of about a millisecond, so that not every kill follows a look at the counters.
            for _ in 0..<Int.random(in: 0...30, using: &random) { await world.knock() }
            world.agent.kill()
            try world.agent.launch()
        }
        try await world.agent.waitUntil("/-/ready")
        try await world.waitForProgress()
        try await world.expectEachOnce(try fleet.stop())
    }
}
