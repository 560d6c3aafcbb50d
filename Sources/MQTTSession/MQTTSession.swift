internal import LinuxSystem
internal import Synchronization
package import TLSTransport

/// A persistent subscription at one broker, whose messages are acknowledged only after they are durable.
///
/// `run` does the work on the caller's thread; `stop` and `status` belong to any thread. See DESIGN.md beside this
/// file for the loop and for what happens when something fails.
package final class MQTTSession: Sendable {
    package let configuration: MQTTConfiguration
    /// How connections are secured; nil for plain ones. Its settings name the broker's host, which is checked.
    let security: ReloadingTLSContext?
    let wakeup: Wakeup
    let report: @Sendable (MQTTEvent) -> Void
    private let randomSeed: UInt64
    private let stopRequested = Atomic<Bool>(false)
    private let shared = Mutex(MQTTStatus())

    /// Checks the configuration; connects nothing. `randomSeed` jitters the reconnect delays. `report` is called on
    /// the session's thread and must not block.
    /// Throws `MQTTError` for a setting, or `SystemError` when there is no descriptor left.
    package init(
        configuration: MQTTConfiguration, security: ReloadingTLSContext? = nil, randomSeed: UInt64,
        report: @escaping @Sendable (MQTTEvent) -> Void = { _ in }
    ) throws {
        try configuration.validate()
        self.configuration = configuration
        if let security, case .clientOfLibrary = security.settings {
        } else {
            precondition(security == nil, "the library checks no host name: the context must")
        }
        self.security = security
        self.randomSeed = randomSeed
        self.report = report
        wakeup = try Wakeup()
        shared.withLock { $0.sinceBootNanoseconds = Clocks.bootNanoseconds() }
    }

    /// Connects, receives, delivers and acknowledges until `stop`; never ends for any reason of the broker's.
    ///
    /// It blocks, also while names resolve, so the caller gives it a `DedicatedThread` of its own. `deliver` is
    /// called on that thread with each batch and answers once the batch is durable, within the keep-alive; until
    /// it does, no PUBACK leaves. At `stop` the batch in hand is delivered and acknowledged first.
    package func run(deliver: @escaping (borrowing MQTTMessageBatch) -> MQTTAcknowledgement) {
        MQTTSessionLoop(session: self, randomSeed: randomSeed, deliver: deliver).run()
    }

    /// Makes `run` return soon: at once unless a name is being resolved or a batch being made durable.
    package func stop() {
        stopRequested.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// The session as it is now.
    package var status: MQTTStatus { shared.withLock { $0 } }

    /// Whether `stop` was called: a handler that waits should not wait on.
    package var isStopRequested: Bool { stopRequested.load(ordering: .acquiring) }

    func update(_ change: (inout MQTTStatus) -> Void) { shared.withLock { change(&$0) } }
}
