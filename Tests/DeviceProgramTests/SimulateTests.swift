import LinuxSystem
import MQTTSession
import Synchronization
import TestPeers
import Testing

/// `wayside-device simulate` as users run it, against a real broker.
@Suite(.serialized) struct SimulateTests {
    /// Collects every payload that the broker passes on, by topic.
    private final class Listener: Sendable {
        private final class Shared: Sendable {
            let messages = Mutex<[(topic: String, payload: String, isRetained: Bool)]>([])
        }

        private let shared = Shared()
        private let session: MQTTSession

        init(_ broker: MosquittoBroker) throws {
            var configuration = MQTTConfiguration(
                broker: try MQTTBrokerAddress(url: broker.url), clientID: "listener", subscriptions: ["#"])
            configuration.firstDelayMilliseconds = 10
            configuration.longestDelayMilliseconds = 50
            session = try MQTTSession(configuration: configuration, randomSeed: 1)
            let session = session
            let shared = shared
            try DedicatedThread.start(name: "listener") {
                session.run { batch in
                    shared.messages.withLock { messages in
                        batch.forEach { message in
                            messages.append(
                                (
                                    message.topicText, String(decoding: message.payload, as: UTF8.self),
                                    message.isRetained
                                ))
                        }
                    }
                    return .durable
                }
            }
            try Condition.wait(for: "the listener to connect") { session.status.isConnected }
        }

        deinit { session.stop() }

        var messages: [(topic: String, payload: String, isRetained: Bool)] { shared.messages.withLock { $0 } }
        func payloads(on topic: String) -> [String] { messages.filter { $0.topic == topic }.map(\.payload) }
    }

    private func simulate(_ broker: MosquittoBroker, _ arguments: [String]) throws -> RealProcess {
        try RealProcess(
            BuiltProgram.path("wayside-device"), ["simulate", "--broker", broker.url, "--seed", "7"] + arguments,
            log: broker.directory.path + "/simulate.log")
    }

    /// A counter of the last line's totals.
    private func total(_ name: String, in process: RealProcess) throws -> Int {
        let line = process.log.split(separator: "\n").last ?? ""
        guard let start = line.firstRange(of: "\"\(name)\":")?.upperBound,
            let value = Int(line[start...].prefix { $0.isNumber })
        else { throw PeerError("no \(name) in \(process.log)") }
        return value
    }

    /// The `boot_id`, `seq` of a native payload as the sequence log writes them.
    private func identity(_ payload: String) -> String? {
        func number(_ key: String) -> Substring? {
            payload.firstRange(of: "\"\(key)\":").map { payload[$0.upperBound...].prefix { $0.isNumber } }
        }
        guard let boot = number("boot_id"), let sequence = number("seq") else { return nil }
        return "\(boot) \(sequence)"
    }

    @Test func everyAcknowledgedMessageHasArrivedOnce() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let log = broker.directory.path + "/sequences"
        let process = try simulate(
            broker, ["--devices", "3", "--rate", "0", "--messages", "1000", "--sequence-log", log, "--quiet"])
        #expect(process.waitForEnd() == 0)
        #expect(try total("published", in: process) == 1000)
        #expect(try total("acknowledged", in: process) == 1000)
        let noted = try readText(log).split(separator: "\n").map { line in
            line.split(separator: " ")[1...2].joined(separator: " ")
        }
        #expect(Set(noted).count == 1000)
        try Condition.wait(for: "all of them") {
            listener.messages.count { $0.topic.hasSuffix("/telemetry") } >= 1000
        }
        let received = listener.messages.filter { $0.topic.hasSuffix("/telemetry") }.compactMap { identity($0.payload) }
        #expect(received.count == 1000)
        #expect(Set(received) == Set(noted))
        #expect(listener.payloads(on: "wayside/v1/sim-1/birth").count == 1)
        // It said goodbye itself: no will, and online came first.
        try Condition.wait(for: "the goodbyes") { listener.payloads(on: "wayside/v1/sim-1/state").count >= 2 }
        #expect(listener.payloads(on: "wayside/v1/sim-1/state").map { $0.contains("online") } == [true, false])
    }

    @Test func aBrokersRestartLosesNothingAcknowledged() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let log = broker.directory.path + "/sequences"
        let process = try simulate(broker, ["--devices", "2", "--rate", "200", "--sequence-log", log])
        try Condition.wait(for: "messages") { listener.messages.count > 100 }
        broker.stop()
        try broker.start()
        let before = listener.messages.count
        try Condition.wait(for: "messages after the restart") { listener.messages.count > before + 100 }
        #expect(process.terminate() == 0)
        let noted = Set(
            try readText(log).split(separator: "\n").map { $0.split(separator: " ")[1...2].joined(separator: " ") })
        #expect(noted.count == (try total("acknowledged", in: process)))
        try Condition.wait(for: "everything acknowledged") {
            noted.isSubset(of: listener.messages.compactMap { identity($0.payload) })
        }
    }

    @Test func aModaxBoardSpeaksItsTopics() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let process = try simulate(broker, ["--profile", "modax", "--rate", "50", "--qos", "0"])
        try Condition.wait(for: "both topics") {
            !listener.payloads(on: "modax/sensor/safety").isEmpty
                && !listener.payloads(on: "modax/sensor/data").isEmpty
        }
        process.signal(2)
        #expect(process.waitForEnd() == 0)
        #expect(try total("acknowledged", in: process) == total("published", in: process))
        #expect(Set(listener.messages.map(\.topic)) == ["modax/sensor/data", "modax/sensor/safety"])
        let payload = try #require(listener.payloads(on: "modax/sensor/data").first)
        #expect(payload.contains("\"device_id\":\"ESP32_FIELD_001\",\"motor_currents\":["))
    }

    @Test func faultsAreMadeAndCounted() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let process = try simulate(
            broker,
            [
                "--devices", "2", "--rate", "0", "--messages", "400", "--duplicate", "0.25", "--malformed", "0.25",
                "--device-prefix", "press", "--quiet",
            ])
        #expect(process.waitForEnd() == 0)
        let duplicates = try total("duplicates_sent", in: process)
        let malformed = try total("malformed_sent", in: process)
        #expect((50...150).contains(duplicates))
        #expect((50...150).contains(malformed))
        let topics: Set = ["wayside/v1/press-1/telemetry", "wayside/v1/press-2/telemetry"]
        try Condition.wait(for: "all of it") {
            listener.messages.count { topics.contains($0.topic) } == 400 + duplicates + malformed
        }
        let whole = listener.messages.filter { topics.contains($0.topic) && $0.payload.hasSuffix("]}") }
        #expect(Set(whole.compactMap { identity($0.payload) }).count == 400)
    }

    @Test func aRebootHasAWillAndANewBoot() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let process = try simulate(broker, ["--rate", "50", "--reboot-every", "0.2"])
        let topic = "wayside/v1/sim-1/state"
        try Condition.wait(for: "two wills") { listener.payloads(on: topic).count { $0.contains("offline") } >= 2 }
        #expect(process.terminate() == 0)
        let boots = Set(
            listener.payloads(on: "wayside/v1/sim-1/telemetry").compactMap { identity($0)?.split(separator: " ").first }
        )
        #expect(boots.count >= 2)
        #expect(try total("reboots", in: process) >= 2)
    }

    @Test func aSilencedDeviceStaysConnected() throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let listener = try Listener(broker)
        let process = try simulate(broker, ["--devices", "2", "--rate", "50", "--silence", "2@0.."])
        try Condition.wait(for: "the other one") { listener.payloads(on: "wayside/v1/sim-1/telemetry").count >= 20 }
        try Condition.wait(for: "both to be connected") { process.log.contains("connected 2/2") }
        #expect(listener.payloads(on: "wayside/v1/sim-2/telemetry").isEmpty)
        #expect(process.terminate() == 0)
    }

    @Test func anAbsentBrokerIsWaitedFor() throws {
        let broker = try MosquittoBroker()
        let process = try simulate(broker, ["--rate", "50"])
        try Condition.wait(for: "its first line") { process.log.contains("connected 0/1") }
        try broker.start()
        let listener = try Listener(broker)
        try Condition.wait(for: "messages") { !listener.messages.isEmpty }
        #expect(process.terminate() == 0)
        #expect(try total("skipped", in: process) > 0)
    }

    @Test(arguments: [
        ["--rate", "99999"], ["--qos", "2"], ["--broker", "mqtts://h"], ["--silence", "2@1..2"], ["--silence", "x"],
        ["--device-prefix", "a b"], ["--rate", "0"], ["--bogus"], ["--duplicate", "1.5"],
    ])
    func badUsageIsCodeTwo(arguments: [String]) throws {
        let broker = try MosquittoBroker()
        let process = try simulate(broker, arguments)
        #expect(process.waitForEnd() == 2)
        #expect(process.log.contains("Error:"))
    }
}
