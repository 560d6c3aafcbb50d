import LinuxSystem
import MQTTSession
import Synchronization
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

    /// The loop must come round for keep-alive and `stop` while nothing but messages that are refused comes, without end.
    @Test func aFloodOfOversizePayloadsDoesNotHoldTheLoop() throws {
        // QoS 0, topic a, payload xx.
        let flood = Array(repeatElement([0x30, 5, 0, 1, 0x61, 0x78, 0x78] as [UInt8], count: 20_000).joined())
        let broker = try FakeBroker { level in (level == 5 ? [0x20, 2, 0, 1] : [0x20, 2, 0, 0] + flood) }
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: "gateway", subscriptions: ["#"])
        configuration.firstDelayMilliseconds = 5
        configuration.payloadByteLimit = 1
        configuration.batchMessageLimit = 50
        let shared = Mutex((session: MQTTSession?.none, events: UInt64(0), longest: UInt64(0)))
        let session = try MQTTSession(configuration: configuration, randomSeed: 1) { event in
            guard case .oversize = event else { return }
            shared.withLock { shared in
                shared.events += 1
                shared.longest = max(shared.longest, shared.events - (shared.session?.status.messageCount ?? 0))
            }
        }
        shared.withLock { $0.session = session }
        try DedicatedThread.start(name: "flooded") { session.run { _ in .durable } }
        try Condition.wait(for: "the flood") { session.status.oversizeCount == 20_000 }
        session.stop()
        let longest = shared.withLock { shared in
            shared.session = nil
            return shared.longest
        }
        #expect(longest <= 50, "the loop did not come round for \(longest) messages")
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
