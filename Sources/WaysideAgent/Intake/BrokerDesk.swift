internal import DeviceIntake
internal import MQTTSession
internal import MetricModel
internal import Synchronization

/// What the brokers say of themselves, shared by the threads of their sessions, the ticker and the pages.
///
/// It is in no ring and holds no PUBACK up: what a broker said is of use only until it says it anew, and each tick
/// stores what is known then.
final class BrokerDesk: Sendable {
    private let state: Mutex<BrokerStatistics>
    private let clock: AgentClock
    private static let batchLimit = 10_000

    init(scope: SeriesScope, clock: AgentClock) {
        state = Mutex(BrokerStatistics(scope: scope))
        self.clock = clock
    }

    func accept(_ messages: borrowing MQTTMessageBatch, of broker: String) {
        state.withLock { statistics in
            messages.forEach { statistics.take($0.topic, $0.payload, of: broker) }
        }
    }

    /// The connection is lost, so that its series end with the next tick.
    func lost(_ broker: String) { state.withLock { $0.forget(broker) } }

    /// What is known now.
    func collect() -> SampleBatch {
        var batch = SampleBatch(clock: clock.reading(), limit: BrokerDesk.batchLimit)
        state.withLock { $0.append(to: &batch) }
        return batch
    }

    /// Values left out because of a limit.
    var refusedCount: UInt64 { state.withLock { $0.refusedCount } }
}
