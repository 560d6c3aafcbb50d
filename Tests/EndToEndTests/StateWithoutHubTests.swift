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
}
