import MQTTSession
import Synchronization
import TestPeers
import Testing

/// The first promise against a real broker: it may forget a message only after the handler has called it durable.
@Suite(.serialized) struct DelayedAcknowledgementTests {
    private func configuration(_ broker: MosquittoBroker) throws -> MQTTConfiguration {
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: "gateway", subscriptions: ["data/#"])
        configuration.firstDelayMilliseconds = 20
        configuration.longestDelayMilliseconds = 200
        return configuration
    }

    @Test func whatIsDurableIsNotDeliveredAgain() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let first = try SessionUnderTest(configuration(broker))
        try first.waitUntilConnected()
        let sender = try Sender(broker)
        try sender.send("data/a", ["1", "2", "3"])
        try first.waitUntilReceived(3)
        try sender.letBrokerReadOthers()
        try first.stopAndWait()
        try sender.send("data/a", ["4"])
        let second = try SessionUnderTest(configuration(broker))
        try second.waitUntilReceived(1)
        #expect(first.payloads == ["1", "2", "3"])
        #expect(second.payloads == ["4"])
        #expect(second.session.status.wasSessionPresent)
    }

    @Test func whatIsNotDurableComesAgain() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let session = try SessionUnderTest(configuration(broker), answering: .failed)
        try session.waitUntilConnected()
        let sender = try Sender(broker)
        let sent = (1...40).map(String.init)
        try sender.send("data/a", sent)
        try Condition.wait(for: "three failed batches") { session.session.status.failedBatchCount >= 3 }
        session.answer(.durable)
        try Condition.wait(for: "the last one to be durable") {
            session.session.status.durableBatchCount > 0 && session.payloads.last == "40"
        }
        #expect(Set(session.payloads) == Set(sent))
        #expect(session.payloads.count > sent.count)
        #expect(session.session.status.reconnectCount >= 3)
        // Once durable, the broker has nothing left for us.
        try sender.letBrokerReadOthers()
        try session.stopAndWait()
        let next = try SessionUnderTest(configuration(broker))
        try next.waitUntilConnected()
        try sender.send("data/a", ["end"])
        try next.waitUntilReceived(1)
        #expect(next.payloads == ["end"])
    }

    @Test func nothingIsAcknowledgedWhileTheHandlerWorks() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let isStuck = Gate()
        let first = try SessionUnderTest(configuration(broker)) { _ in
            // As if the machine stopped in the middle of fdatasync.
            do { try isStuck.waitUntilOpen() } catch { Issue.record(error) }
        }
        try first.waitUntilConnected()
        let sender = try Sender(broker)
        try sender.send("data/a", ["1", "2", "3"])
        try Condition.wait(for: "the handler to be called") { isStuck.isAwaited }
        first.session.stop()
        // The next process takes the session over, and the broker still has everything.
        let second = try SessionUnderTest(configuration(broker))
        try second.waitUntilReceived(3)
        #expect(second.payloads == ["1", "2", "3"])
        isStuck.open()
        try Condition.wait(for: "the first to end") { first.hasEnded }
    }

    @Test func aWindowLargerThanTheBrokersDefaultIsUsed() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        var configuration = try configuration(broker)
        let first = try SessionUnderTest(configuration)
        try first.waitUntilConnected()
        try first.stopAndWait()
        let sender = try Sender(broker)
        let sent = (1...500).map(String.init)
        try sender.send("data/a", sent)
        // The linger outlasts the test, so a batch ends only because the window or the limit is full. If the
        // library had dropped our Receive Maximum, the broker would stop at 20 and the wait would fail.
        configuration.lingerMilliseconds = 29_000
        configuration.batchMessageLimit = 100
        let second = try SessionUnderTest(configuration)
        try second.waitUntilReceived(500)
        #expect(second.payloads == sent)
        #expect(second.batchSizes == [100, 100, 100, 100, 100])
    }

    @Test func lingerGathersMessagesIntoOneBatch() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        var configuration = try configuration(broker)
        configuration.lingerMilliseconds = 29_000
        configuration.receiveMaximum = 6
        let session = try SessionUnderTest(configuration)
        try session.waitUntilConnected()
        let sender = try Sender(broker)
        for payload in ["1", "2", "3", "4", "5"] { try sender.send("data/a", [payload]) }
        #expect(session.batchSizes.isEmpty)
        try sender.send("data/a", ["6"])
        try session.waitUntilReceived(6)
        #expect(session.batchSizes == [6])
        // Stopping settles what is in hand without waiting for the linger: nothing is missing, nothing comes twice.
        try sender.send("data/a", ["7"])
        try session.stopAndWait()
        try sender.send("data/a", ["8"])
        configuration.lingerMilliseconds = 0
        let next = try SessionUnderTest(configuration)
        try Condition.wait(for: "8, got \(next.payloads)") { next.payloads.last == "8" }
        #expect(session.payloads + next.payloads == ["1", "2", "3", "4", "5", "6", "7", "8"])
    }

    @Test func allThatHasArrivedGoesIntoOneBatch() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let first = try SessionUnderTest(configuration(broker))
        try first.waitUntilConnected()
        try first.stopAndWait()
        let count = 3000
        let sender = try Sender(broker)
        try sender.send("data/a", Array(repeating: String(repeating: "x", count: 100), count: count))
        // Each commit lasts until at least ten more messages have arrived, so that the next batch must hold them.
        // Far more messages than the library's wake-up pipe takes bytes, which once ended every read early.
        // With 200 a batch and a window of 1000 there is always more to come, until the queue is nearly empty.
        var configuration = try configuration(broker)
        configuration.batchMessageLimit = 200
        let gate = Mutex(0)
        let port = broker.port
        let second = try SessionUnderTest(configuration) { size in
            let total = gate.withLock { total in
                total += size
                return total
            }
            guard total < count - 1100 else { return }
            do {
                try Condition.wait(for: "more to arrive") { try KernelSockets.unreadByteCount(towards: port) > 1500 }
            } catch { Issue.record(error) }
        }
        try second.waitUntilReceived(count)
        var total = 0
        for size in second.batchSizes {
            if total > 0 && total < count - 1100 { #expect(size >= 10) }
            total += size
        }
        #expect(total == count)
    }
}
