import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// Messages of a real broker while flash takes no writes.
@Suite(.enabled(if: SmallFilesystem.isPossible, "a file system can be mounted by root only"))
struct DegradedBrokerTests {
    /// A QoS 1 message is acknowledged once the destination has it, and no sooner: while the destination refuses, the
    /// broker is left to give it again. It is stored once all the same.
    @Test func aMessageIsAcknowledgedOnceTheDestinationHasIt() async throws {
        let receiver = try ScriptedReceiver("receiver", then: .throttle(seconds: 1))
        let broker = try LoggingBroker()
        let agent = try RunningAgent(
            prepared: "test-gateway", settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"\(broker.broker.url)\", ack_within: 100ms}]")
        let disk = try SmallFilesystem(at: agent.dataDirectory, mebibytes: 24)
        try await agent.start()
        try await broker.waitForSubscriber()
        try disk.fail()
        try await Web.shared.wait(for: "the agent to be degraded") {
            try await MetricsText.scrape(agent.metricsURL).all("wayside_buffer_degraded").values.contains(1)
        }
        try broker.publish(3)
        // The agent waits for the destination for a while, and then lets the broker give them again.
        try await Web.shared.wait(for: "the redelivery") {
            broker.redeliveredCount >= 3 || broker.acknowledgedCount > 0
        }
        #expect(broker.acknowledgedCount == 0 && receiver.exchanges.allSatisfy { $0.step == .throttle(seconds: 1) })
        #expect(!receiver.exchanges.isEmpty && receiver.taken.sampleCount == 0)
        receiver.follow(.accept())
        try await Web.shared.wait(for: "three PUBACKs; log: \(agent.log)") { broker.acknowledgedCount == 3 }
        // Not one of them left before the samples had arrived, and those are there once.
        let taken = receiver.taken.named("sensor_sequence").series.values.flatMap { $0 }
        #expect(taken.map { Double(bitPattern: $0.valueBits) }.filter { !$0.isNaN } == [1, 2, 3])
        #expect(receiver.faults.isEmpty, "\(receiver.faults.prefix(3))")
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.all("wayside_buffer_lost_samples_total").values.allSatisfy { $0 == 0 })
        #expect(metrics.all("wayside_buffer_degraded").values.contains(1))
        #expect(agent.stop() == 0)
    }
}
