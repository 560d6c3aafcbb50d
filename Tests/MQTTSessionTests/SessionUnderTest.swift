import LinuxSystem
import MQTTSession
import Synchronization
import TLSTransport
import TestPeers

/// A session on its own thread, whose handler notes what it got and answers as the test says.
final class SessionUnderTest: Sendable {
    struct Received: Hashable, Sendable {
        var topic: String
        var payload: String
        var qos: UInt8
        var isRetained: Bool
    }

    private struct State {
        var received: [Received] = []
        var batchSizes: [Int] = []
        var events: [MQTTEvent] = []
        var answers: MQTTAcknowledgement = .durable
        var hasEnded = false
    }

    let session: MQTTSession
    private let state: Shared

    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    /// `onBatch` is called with each batch's message count before the handler answers.
    init(
        _ configuration: MQTTConfiguration, security: ReloadingTLSContext? = nil,
        answering answer: MQTTAcknowledgement = .durable,
        onBatch: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        let state = Shared()
        state.value.withLock { $0.answers = answer }
        self.state = state
        session = try MQTTSession(configuration: configuration, security: security, randomSeed: 1) { event in
            state.value.withLock { $0.events.append(event) }
        }
        let session = session
        try DedicatedThread.start(name: "test-session") {
            session.run { batch in
                onBatch(batch.count)
                return state.value.withLock { state in
                    state.batchSizes.append(batch.count)
                    batch.forEach { message in
                        state.received.append(
                            Received(
                                topic: message.topicText, payload: String(decoding: message.payload, as: UTF8.self),
                                qos: message.qos, isRetained: message.isRetained))
                    }
                    return state.answers
                }
            }
            state.value.withLock { $0.hasEnded = true }
        }
    }

    deinit { session.stop() }

    func answer(_ answer: MQTTAcknowledgement) { state.value.withLock { $0.answers = answer } }

    var received: [Received] { state.value.withLock { $0.received } }
    var payloads: [String] { received.map(\.payload) }
    var batchSizes: [Int] { state.value.withLock { $0.batchSizes } }
    var events: [MQTTEvent] { state.value.withLock { $0.events } }
    var hasEnded: Bool { state.value.withLock { $0.hasEnded } }

    func waitUntilConnected() throws {
        try Condition.wait(for: "the session to connect (\(String(describing: session.status.lastError)))") {
            session.status.isConnected
        }
    }

    func waitUntilReceived(_ count: Int) throws {
        try Condition.wait(for: "\(count) messages, got \(payloads)") { payloads.count >= count }
    }

    func stopAndWait() throws {
        session.stop()
        try Condition.wait(for: "run to return") { hasEnded }
    }
}
