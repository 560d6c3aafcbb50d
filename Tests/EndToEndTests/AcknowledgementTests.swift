import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// When a broker gets its PUBACKs, by mosquitto's own log.
@Suite struct AcknowledgementTests {
    /// Three brokers of one agent, which differ in what they may have under way and how long messages may wait. What is
    /// held is only in order: that one is acknowledged while another still waits.
    @Test func atHalfTheWindowAtOnceElseWithinTheTimeThatIsSet() async throws {
        let brokers = try (0..<3).map { _ in try LoggingBroker() }
        let (patient, narrow, hasty) = (brokers[0], brokers[1], brokers[2])
        let agent = try await RunningAgent(
            mqtt: """
                mqtt:
                  - {url: "\(patient.broker.url)", ack_within: 20s}
                  - {url: "\(narrow.broker.url)", ack_within: 20s, receive_maximum: 20}
                  - {url: "\(hasty.broker.url)", ack_within: 1s}
                """)
        for broker in brokers { try await broker.waitForSubscriber() }
        try patient.publish(1)
        try await Web.shared.wait(for: "the patient one's message at the agent") { patient.sentCount == 1 }
        try narrow.publish(9)
        try await Web.shared.wait(for: "nine messages at the agent") { narrow.sentCount == 9 }
        try hasty.publish(1)
        try await Web.shared.wait(for: "ack_within: 1s") { hasty.acknowledgedCount == 1 }
        #expect(patient.acknowledgedCount == 0 && narrow.acknowledgedCount == 0)
        // The tenth is half the window, and takes the others along.
        try narrow.publish(1)
        try await Web.shared.wait(for: "half the window") { narrow.acknowledgedCount > 0 }
        #expect(patient.acknowledgedCount == 0)
        try await Web.shared.wait(for: "all of it") { narrow.acknowledgedCount == 10 }
        // The end waits for nothing.
        #expect(agent.stop() == 0)
        try await Web.shared.wait(for: "the last PUBACK") { patient.acknowledgedCount == 1 }
    }
}
