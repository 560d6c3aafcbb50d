import MQTTSession
import TestPeers
import Testing

/// What a message tells about itself, and the ones that are refused.
@Suite(.serialized) struct MessageTests {
    private func configuration(_ broker: MosquittoBroker) throws -> MQTTConfiguration {
        MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: "gateway", subscriptions: ["data/#"])
    }

    @Test func qualityAndRetentionAreTold() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let sender = try Sender(broker)
        try sender.connect()
        try sender.publish("data/kept", "old", isRetained: true)
        try sender.settle()
        let session = try SessionUnderTest(configuration(broker))
        try session.waitUntilReceived(1)
        try sender.publish("data/zero", "", qos: 0)
        try sender.publish("data/one", "1")
        try sender.settle()
        try session.waitUntilReceived(3)
        #expect(
            session.received == [
                .init(topic: "data/kept", payload: "old", qos: 1, isRetained: true),
                .init(topic: "data/zero", payload: "", qos: 0, isRetained: false),
                .init(topic: "data/one", payload: "1", qos: 1, isRetained: false),
            ])
    }

    @Test func anOversizePayloadIsRefusedOnce() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        var configuration = try configuration(broker)
        configuration.payloadByteLimit = 100
        let session = try SessionUnderTest(configuration)
        try session.waitUntilConnected()
        let sender = try Sender(broker)
        try sender.send("data/a", [String(repeating: "x", count: 101)])
        try Condition.wait(for: "the refusal") { session.session.status.oversizeCount == 1 }
        try sender.send("data/a", [String(repeating: "y", count: 100)])
        try session.waitUntilReceived(1)
        #expect(session.payloads == [String(repeating: "y", count: 100)])
        #expect(session.session.status.messageCount == 2)
        #expect(session.events.contains(.oversize(topic: "data/a", byteCount: 101)))
        try sender.letBrokerReadOthers()
        try session.stopAndWait()
        // Its PUBACK went out, so it does not come again.
        let next = try SessionUnderTest(configuration)
        try next.waitUntilConnected()
        try sender.send("data/a", ["z"])
        try next.waitUntilReceived(1)
        #expect(next.payloads == ["z"])
        #expect(next.session.status.oversizeCount == 0)
    }

    @Test func aWillIsPublishedWhenADeviceCrashes() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let session = try SessionUnderTest(configuration(broker))
        try session.waitUntilConnected()
        let sender = try Sender(
            broker, clientID: "device", will: .init(topic: "data/state", payload: Array("offline".utf8)))
        try sender.connect()
        sender.publisher.crash()
        try session.waitUntilReceived(1)
        #expect(session.payloads == ["offline"])
    }
}
