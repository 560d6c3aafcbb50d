import MQTTSession
import TestPeers
import Testing

/// Brokers that do not speak MQTT 5.
@Suite(.serialized) struct ProtocolVersionTests {
    private static let accepted: [UInt8] = [0x20, 2, 0, 0]

    private func session(_ broker: FakeBroker) throws -> SessionUnderTest {
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: "gateway", subscriptions: ["data/#"])
        configuration.firstDelayMilliseconds = 5
        configuration.longestDelayMilliseconds = 20
        return try SessionUnderTest(configuration)
    }

    /// CONNACKs by which old and new brokers refuse version 5.
    @Test(arguments: [[0x20, 2, 0, 1], [0x20, 3, 0, 0x84, 0]] as [[UInt8]])
    func aRefusalLeadsToTheOldVersion(refusal: [UInt8]) throws {
        let broker = try FakeBroker { level in level == 5 ? refusal : Self.accepted }
        let session = try session(broker)
        try session.waitUntilConnected()
        #expect(broker.levels == [5, 4])
        #expect(session.session.status.version == .v311)
    }

    @Test func aSilentCloseLeadsToTheOldVersionAfterThree() throws {
        let broker = try FakeBroker { level in level == 5 ? [] : Self.accepted }
        let session = try session(broker)
        try session.waitUntilConnected()
        #expect(broker.levels == [5, 5, 5, 4])
    }

    @Test func aBadPasswordDoesNotChangeTheVersion() throws {
        let broker = try FakeBroker { level in level == 5 ? [0x20, 3, 0, 0x86, 0] : Self.accepted }
        let session = try session(broker)
        try Condition.wait(for: "six attempts") { broker.levels.count >= 6 }
        try session.stopAndWait()
        #expect(Set(broker.levels) == [5])
    }

    @Test func aBrokerThatNeverAnswersIsGivenUp() throws {
        // A listening socket whose connections nobody accepts: TCP works, CONNACK never comes.
        let silent = try FakeBroker { _ in [0x20] }
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: silent.url), clientID: "gateway", subscriptions: [])
        configuration.answerTimeoutSeconds = 1
        let session = try SessionUnderTest(configuration)
        try Condition.wait(for: "the limit") {
            session.events.contains { event in
                if case .disconnected(.noAnswer(withinSeconds: 1), _) = event { true } else { false }
            }
        }
    }

    @Test func theOldVersionKeepsThePromiseToo() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let old = try OldBroker(before: broker)
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: old.url), clientID: "gateway", subscriptions: ["data/#"])
        configuration.firstDelayMilliseconds = 5
        configuration.longestDelayMilliseconds = 50
        // Far longer than the test: by 3.1.1 a batch must not wait for more than the broker's own window of 20.
        configuration.lingerMilliseconds = 29_000
        let first = try SessionUnderTest(configuration, answering: .failed)
        try first.waitUntilConnected()
        #expect(first.session.status.version == .v311)
        let sender = try Sender(broker)
        let sent = (1...60).map(String.init)
        try sender.send("data/a", sent)
        try Condition.wait(for: "two failed batches") { first.session.status.failedBatchCount >= 2 }
        try first.stopAndWait()
        // A persistent session by 3.1.1, from which nothing has been acknowledged.
        let second = try SessionUnderTest(configuration)
        try second.waitUntilReceived(60)
        #expect(second.payloads == sent)
        #expect(second.session.status.version == .v311)
        #expect(second.session.status.wasSessionPresent)
        #expect(second.batchSizes == [20, 20, 20])
    }
}
