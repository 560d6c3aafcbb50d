import MQTTSession
import TestPeers
import Testing

/// The broker goes, comes and changes; the session stays.
@Suite(.serialized) struct ReconnectTests {
    private func configuration(_ url: String, filters: [String] = ["data/#"]) throws -> MQTTConfiguration {
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: url), clientID: "gateway", subscriptions: filters)
        configuration.firstDelayMilliseconds = 10
        configuration.longestDelayMilliseconds = 100
        return configuration
    }

    @Test func anAbsentBrokerIsWaitedFor() throws {
        let broker = try MosquittoBroker()
        let session = try SessionUnderTest(configuration(broker.url))
        try Condition.wait(for: "three vain attempts") { session.events.count >= 3 }
        #expect(!session.session.status.isConnected)
        #expect(session.session.status.lastError?.contains("refused") == true)
        try broker.start()
        try session.waitUntilConnected()
        try Sender(broker).send("data/a", ["1"])
        try session.waitUntilReceived(1)
        #expect(session.session.status.connectCount == 1)
    }

    @Test func aNameThatDoesNotResolveIsAskedForAgain() throws {
        let session = try SessionUnderTest(configuration("mqtt://broker.invalid:1883"))
        try Condition.wait(for: "two vain attempts") { session.events.count >= 2 }
        for case .disconnected(let error, _) in session.events {
            guard case .unresolvedHost("broker.invalid", _) = error else {
                Issue.record("unexpected \(error)")
                continue
            }
        }
        try session.stopAndWait()
    }

    @Test func aRestartedBrokerIsSubscribedAtAgain() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let session = try SessionUnderTest(configuration(broker.url))
        try session.waitUntilConnected()
        let sender = try Sender(broker)
        try sender.send("data/a", ["1"])
        try session.waitUntilReceived(1)
        broker.stop()
        try Condition.wait(for: "the session to notice") { !session.session.status.isConnected }
        try broker.start()
        try sender.send("data/a", ["2"])
        try session.waitUntilReceived(2)
        #expect(session.payloads == ["1", "2"])
        #expect(session.session.status.reconnectCount == 1)
        #expect(session.session.status.wasSessionPresent)
    }

    @Test func aBrokerThatForgotTheSessionIsSubscribedAtAgain() throws {
        let broker = try MosquittoBroker(settings: ["autosave_interval 0"])
        try broker.start()
        let session = try SessionUnderTest(configuration(broker.url))
        try session.waitUntilConnected()
        broker.kill()
        try broker.start()
        try Condition.wait(for: "the session to connect again") { session.session.status.connectCount == 2 }
        #expect(session.session.status.lostSessionCount == 1)
        try Sender(broker).send("data/a", ["1"])
        try session.waitUntilReceived(1)
    }

    @Test func theBrokerQueuesWhileWeAreAway() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let first = try SessionUnderTest(configuration(broker.url))
        try first.waitUntilConnected()
        try first.stopAndWait()
        let sent = (1...1000).map(String.init)
        let sender = try Sender(broker)
        try sender.send("data/a", sent)
        broker.stop()
        try broker.start()
        let second = try SessionUnderTest(configuration(broker.url))
        try second.waitUntilReceived(1000)
        #expect(second.payloads == sent)
    }

    /// By both versions of the protocol, and where the broker would queue QoS 0 too.
    @Test(arguments: [MQTTProtocolVersion.v5, .v311])
    func aSessionThatDoesNotPersistIsQueuedNothing(version: MQTTProtocolVersion) throws {
        let broker = try MosquittoBroker(settings: ["queue_qos0_messages true"])
        try broker.start()
        let url = try version == .v311 ? OldBroker(before: broker).url : broker.url
        var configuration = try configuration(url)
        configuration.isPersistent = false
        let first = try SessionUnderTest(configuration)
        let sender = try Sender(broker)
        // As often as it takes until the subscription is there.
        try Condition.wait(for: "the first message") {
            try sender.send("data/a", ["1"])
            return !first.payloads.isEmpty
        }
        #expect(first.received.allSatisfy { $0.qos == 0 })
        try first.stopAndWait()
        try sender.send("data/a", ["2"])
        let second = try SessionUnderTest(configuration)
        try Condition.wait(for: "the third message") {
            try sender.send("data/a", ["3"])
            return second.payloads.contains("3")
        }
        #expect(Set(second.payloads) == ["3"])
        #expect(second.session.status.version == version)
    }

    @Test func aRefusedFilterIsTold() throws {
        let broker = try MosquittoBroker()
        let accessList = broker.directory.path + "/acl"
        try writeText("topic read data/#\ntopic write data/#\n", to: accessList)
        let strict = try MosquittoBroker(settings: ["acl_file \(accessList)"])
        try strict.start()
        let session = try SessionUnderTest(configuration(strict.url, filters: ["secret/#", "data/#"]))
        try session.waitUntilConnected()
        // mosquitto grants any filter and applies its list to each message, so what must hold is that the
        // permitted ones arrive and the others do not.
        let sender = try Sender(strict)
        try sender.send("secret/a", ["no"])
        try sender.send("data/a", ["yes"])
        try session.waitUntilReceived(1)
        #expect(session.payloads == ["yes"])
    }

    @Test func aWrongPasswordIsRefusedAndTriedAgain() throws {
        let broker = try MosquittoBroker(settings: ["allow_anonymous false"])
        try broker.start()
        let session = try SessionUnderTest(configuration(broker.url))
        try Condition.wait(for: "two refusals") { session.events.count >= 2 }
        for case .disconnected(let error, _) in session.events {
            guard case .refused(135, _) = error else {
                Issue.record("unexpected \(error)")
                continue
            }
        }
        try session.stopAndWait()
    }

    @Test func twoClientsOfOneNameThrowEachOtherOutAndGoOn() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let first = try SessionUnderTest(configuration(broker.url))
        let second = try SessionUnderTest(configuration(broker.url))
        try Condition.wait(for: "both to come back twice") {
            first.session.status.connectCount >= 3 && second.session.status.connectCount >= 3
        }
    }

    @Test func theReasonOfABrokersGoodbyeIsTold() throws {
        // CONNACK, then DISCONNECT with reason 142, session taken over.
        let broker = try FakeBroker { _ in [0x20, 3, 0, 0, 0, 0xE0, 2, 142, 0] }
        let session = try SessionUnderTest(configuration(broker.url))
        try Condition.wait(for: "the goodbye") {
            session.events.contains { event in
                if case .disconnected(.endedByBroker(142, _), _) = event { true } else { false }
            }
        }
    }

    @Test func stopEndsAPause() throws {
        var configuration = try configuration("mqtt://127.0.0.1:\(LoopbackPort.free())")
        configuration.firstDelayMilliseconds = 3_600_000
        configuration.longestDelayMilliseconds = 3_600_000
        let session = try SessionUnderTest(configuration)
        try Condition.wait(for: "the first attempt") { session.events.count == 1 }
        try session.stopAndWait()
    }
}
