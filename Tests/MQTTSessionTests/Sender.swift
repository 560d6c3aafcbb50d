import LinuxSystem
import MQTTSession
import TestPeers

/// Publishes and waits until the broker has acknowledged.
final class Sender {
    let publisher: MQTTPublisher
    private let wakeup: Wakeup

    init(_ broker: MosquittoBroker, clientID: String = "sender", will: MQTTPublisherConfiguration.Will? = nil) throws {
        wakeup = try Wakeup()
        var configuration = MQTTPublisherConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: clientID, will: will)
        configuration.pendingLimit = 10_000
        publisher = MQTTPublisher(configuration: configuration, randomSeed: 2)
    }

    deinit { publisher.close() }

    func step() throws {
        _ = try MQTTPublisher.serve([publisher], wakeup: wakeup.number, timeoutMilliseconds: 10)
    }

    func connect() throws {
        try Condition.wait(for: "the sender to connect") {
            try step()
            return publisher.isConnected
        }
    }

    func publish(_ topic: String, _ payload: String, qos: Int = 1, isRetained: Bool = false) throws {
        var payload = payload
        _ = try payload.withUTF8 { bytes in
            try publisher.publish(
                topic: topic, payload: UnsafeRawBufferPointer(bytes), qos: qos, isRetained: isRetained)
        }
    }

    /// Publishes each payload at QoS 1 and returns when the broker has them all.
    func send(_ topic: String, _ payloads: [String]) throws {
        if !publisher.isConnected { try connect() }
        for payload in payloads { try publish(topic, payload) }
        try settle()
    }

    /// Waits until everything published has an outcome.
    func settle() throws {
        try Condition.wait(for: "PUBACKs, \(publisher.pendingCount) pending") {
            try step()
            return publisher.pendingCount == 0
        }
    }

    /// Makes the broker go round its loop many times, in each of which it reads one packet of every client: after
    /// this it has seen the PUBACKs that a session wrote before.
    func letBrokerReadOthers() throws {
        for _ in 0..<200 { try send("elsewhere", [""]) }
    }
}
