import TestPeers

/// A mosquitto that writes down every packet, and one device that publishes to it.
final class LoggingBroker {
    let broker: MosquittoBroker
    private var sequence = 0
    static let topic = "wayside/v1/board/telemetry"
    /// The agent's session for devices; it has one more for what the broker says of itself.
    private static let session = "wayside-agent-test-gateway"

    init() throws {
        broker = try MosquittoBroker(settings: ["log_type all"])
        try broker.start()
    }

    /// Waits until an agent has subscribed.
    func waitForSubscriber() async throws {
        try await Web.shared.wait(for: "a subscriber; log: \(broker.log)") {
            broker.log.contains("Sending SUBACK to \(Self.session)\n")
        }
    }

    /// Publishes so many messages at QoS 1, each with one reading: its sequence number.
    func publish(_ count: Int) throws {
        for _ in 0..<count {
            sequence += 1
            let payload =
                #"{"boot_id":7,"seq":\#(sequence),"uptime_ms":\#(sequence),"#
                + #""readings":[{"quantity":"sequence","value":\#(sequence)}]}"#
            let result = try Programs.run(
                Programs.peer("mosquitto_pub") ?? "mosquitto_pub",
                ["-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-t", Self.topic, "-m", payload])
            guard result.exitCode == 0 else { throw PeerError("mosquitto_pub: \(result.output)") }
        }
    }

    /// How many messages the agent was sent, redeliveries too.
    var sentCount: Int { count { $0.contains("Sending PUBLISH to \(Self.session) ") } }

    /// How many were sent again.
    var redeliveredCount: Int { count { $0.contains("Sending PUBLISH to \(Self.session) ") && $0.contains("(d1,") } }

    /// How many PUBACKs the agent has sent.
    var acknowledgedCount: Int { count { $0.contains("Received PUBACK from \(Self.session) ") } }

    private func count(where isMeant: (Substring) -> Bool) -> Int {
        broker.log.split(separator: "\n").count(where: isMeant)
    }
}
