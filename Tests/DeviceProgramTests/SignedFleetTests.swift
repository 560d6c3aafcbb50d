import DeviceIntake
import LinuxSystem
import MQTTSession
import MetricModel
import Synchronization
import TestPeers
import Testing

/// `wayside-device simulate --encoding cbor --key-file`, judged by an intake that holds the same keys.
@Suite(.serialized) struct SignedFleetTests {
    /// What an intake makes of all that comes.
    private final class Gateway: Sendable {
        struct Heard {
            var intake: DeviceIntake
            var malformed: [String] = []
            var payloads: [(topic: String, bytes: [UInt8])] = []
        }

        let heard: Mutex<Heard>

        init(_ keys: String) throws {
            var settings = DeviceIntakeSettings()
            settings.keys = try DeviceKeyFile.parse(Array(keys.utf8))
            settings.isCodeRequired = true
            heard = Mutex(Heard(intake: DeviceIntake(settings: settings, scope: SeriesScope(["job": "devices"]))))
        }

        func take(_ message: MQTTMessage) {
            let clock = ClockReading(
                bootID: BootID(high: 1, low: 2), bootNanoseconds: Clocks.bootNanoseconds(),
                unixMilliseconds: Clocks.unixMilliseconds(), isSynchronised: true)
            heard.withLock { heard in
                var batch = SampleBatch(clock: clock, limit: 10_000)
                let received = DeviceMessage(
                    topic: message.topic, payload: message.payload, isRetained: message.isRetained)
                if case .malformed(let problem) = heard.intake.accept(received, clock: clock, into: &batch) {
                    heard.malformed.append("\(problem)")
                }
                _ = heard.intake.drainJournal()
                heard.payloads.append((message.topicText, Array(message.payload)))
            }
        }

        func device(_ id: String) -> DeviceStatus? {
            let clock = ClockReading(
                bootID: BootID(high: 1, low: 2), bootNanoseconds: Clocks.bootNanoseconds(),
                unixMilliseconds: Clocks.unixMilliseconds(), isSynchronised: true)
            return heard.withLock { $0.intake.devices(clock: clock).first { $0.id == id } }
        }
    }

    @Test(arguments: ["cbor", "json"]) func `signed messages are authentic, boots rise, births declare`(
        encoding: String
    ) throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let keys = "sim-1 0 \(String(repeating: "a5", count: 32))\nsim-2 7 \(String(repeating: "0f", count: 16))\n"
        let path = broker.directory.path + "/keys"
        try Files.replace(path, with: Array(keys.utf8))
        let gateway = try Gateway(keys)
        var configuration = MQTTConfiguration(
            broker: try MQTTBrokerAddress(url: broker.url), clientID: "gateway", subscriptions: ["wayside/#"])
        configuration.firstDelayMilliseconds = 10
        let session = try MQTTSession(configuration: configuration, randomSeed: 1)
        defer { session.stop() }
        try DedicatedThread.start(name: "gateway") {
            session.run { batch in
                batch.forEach { gateway.take($0) }
                return .durable
            }
        }
        try Condition.wait(for: "the gateway to connect") { session.status.isConnected }
        let process = try RealProcess(
            BuiltProgram.path("wayside-device"),
            [
                "simulate", "--broker", broker.url, "--seed", "7", "--devices", "2", "--rate", "50", "--encoding",
                encoding, "--key-file", path, "--reboot-every", "0.4",
            ], log: broker.directory.path + "/simulate.log")
        try Condition.wait(for: "boots of both") {
            ["sim-1", "sim-2"].allSatisfy { id in
                gateway.device(id).map { $0.counts.reboots >= 2 && $0.counts.messages > 20 } ?? false
            }
        }
        #expect(process.terminate() == 0)
        let (malformed, payloads) = gateway.heard.withLock { ($0.malformed, $0.payloads) }
        // A last will of a boot that is over may come after the next boot's messages, and is refused for that.
        #expect(
            malformed.allSatisfy { $0.contains("/state: unauthenticated") && $0.contains("is over") }, "\(malformed)")
        #expect(payloads.allSatisfy { ($0.bytes.first ?? 0) >> 5 == (encoding == "cbor" ? 5 : 3) })
        #expect(gateway.device("sim-1")?.declaredReadingCount == 9)
        #expect(gateway.device("sim-1")?.missingReadings == [])
        let wear = gateway.heard.withLock { $0.intake.drainDeclaredWear() }
        #expect(wear["sim-2"]?.first?.parameters["nominal_life_hours"] == 20_000)
    }

    @Test func `a bad key file is bad usage, and names its line`() throws {
        let broker = try MosquittoBroker()
        let path = broker.directory.path + "/keys"
        try Files.replace(path, with: Array("# keys\nsim-1 0 5a\n".utf8))
        let process = try RealProcess(
            BuiltProgram.path("wayside-device"), ["simulate", "--broker", "mqtt://127.0.0.1:1", "--key-file", path],
            log: broker.directory.path + "/simulate.log")
        #expect(process.waitForEnd() == 2)
        #expect(process.log.contains("line 2"))
        #expect(!process.log.contains("5a"))
    }
}
