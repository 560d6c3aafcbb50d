import DeviceIntake
import Logging
import MQTTSession
import MetricModel
import RingLog
import Synchronization
import Testing
import Wear

@testable import WaysideAgent

/// What becomes of messages that flash did not take: when they are acknowledged, and what the intake remembers of them.
@Suite struct DeviceDeskTests {
    /// Stands for the buffer: answers what it is told to, and keeps what it is asked.
    private final class Store: Sendable {
        struct State {
            var isDurable = false
            var refuses = false
            /// How many batches are taken before all others are refused.
            var batchLimit = Int.max
            var settlement = BatchSettlement.open
            /// How many samples each batch held.
            var sampleCounts: [Int] = []
            /// What was waited for, and since which record.
            var waits: [(last: RecordNumber, since: RecordNumber)] = []
        }
        let state = Mutex(State())

        func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
        var sampleCounts: [Int] { state.withLock { $0.sampleCounts } }
        var waitsSince: [RecordNumber] { state.withLock { $0.waits.map(\.since) } }
    }

    private let store = Store()
    private let desk: DeviceDesk

    init() throws {
        desk = DeviceDesk(
            intake: DeviceIntake(settings: DeviceIntakeSettings(), scope: SeriesScope(["job": "devices"])),
            wear: WearTracker(settings: try DeviceDeskTests.wear(), scope: SeriesScope(["job": "devices"])),
            clock: try AgentClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A component that every message changes.
    private static func wear() throws -> WearSettings {
        var wear = WearSettings()
        let declaration = WearDeclaration(
            component: "part", model: "operating_hours", quantity: "a", parameters: ["nominal_life_hours": 1])
        wear.models = [WearSettings.Declared(device: IDPattern("*"), model: try WearModel(declaration))]
        return wear
    }

    /// Gives the desk the message of a sequence number. Each stored batch is one record.
    private func deliver(_ sequence: Int) -> MQTTAcknowledgement { deliver(sequence...sequence, readingCount: 1) }

    /// Gives the desk several messages at once.
    private func deliver(_ sequences: ClosedRange<Int>, readingCount: Int) -> MQTTAcknowledgement {
        let topic = Array("wayside/v1/board/telemetry".utf8)
        var messages = MQTTMessageBatch()
        for sequence in sequences {
            let readings = (0..<readingCount).map { #"{"quantity":"a","channel":"\#($0)","value":1}"# }
            let payload = Array(
                (#"{"boot_id":7,"seq":\#(sequence),"uptime_ms":\#(sequence),"readings":["#
                    + readings.joined(separator: ",") + "]}").utf8)
            topic.withUnsafeBytes { topic in
                payload.withUnsafeBytes { payload in
                    messages.append(
                        topic: topic, payload: payload, qos: 1, isRetained: false,
                        arrivalBootNanoseconds: 1_000_000_000)
                }
            }
        }
        let store = store
        return desk.accept(
            messages,
            store: { (batch) throws(AgentBufferError) in
                let (refuses, isDurable) = store.state.withLock {
                    ($0.refuses || $0.sampleCounts.count >= $0.batchLimit, $0.isDurable)
                }
                if refuses { throw .notAppended(.uncommittedLimit(byteLimit: 1)) }
                let record = store.state.withLock { state in
                    state.sampleCounts.append(batch.samples.count)
                    return RecordNumber(state.sampleCounts.count)
                }
                return StoredBatch(
                    ringID: RingID(high: 1, low: 1), first: record, last: record, isDurable: isDurable)
            },
            settle: { batch, since in
                store.state.withLock { state in
                    state.waits.append((batch.last, since))
                    return state.settlement
                }
            })
    }

    @Test func whatIsDurableIsAcknowledgedAtOnce() {
        store.set { $0.isDurable = true }
        #expect(deliver(1) == .durable)
        #expect(store.waitsSince.isEmpty && store.sampleCounts == [1])
        // A redelivery gives no samples.
        #expect(deliver(1) == .durable)
        #expect(store.sampleCounts == [1, 0])
    }

    /// Nobody has acknowledged it in time: the broker gives it again, its samples are not stored twice, and it waits for
    /// the record that holds them.
    @Test func whatIsInMemoryWaitsForTheDestinations() {
        #expect(deliver(1) == .failed)
        #expect(deliver(1) == .failed)
        #expect(store.sampleCounts == [1, 0] && store.waitsSince == [1, 1])
        store.set { $0.settlement = .safe }
        #expect(deliver(1) == .durable)
        #expect(store.sampleCounts == [1, 0, 0] && store.waitsSince == [1, 1, 1])
        // All before is safe: the next waits for itself alone.
        #expect(deliver(2) == .durable)
        #expect(store.waitsSince == [1, 1, 1, 4])
    }

    /// The memory was full and lost it: the intake forgets it, so that its redelivery is no duplicate.
    @Test func whatTheMemoryLostIsTakenAgain() {
        store.set { $0.settlement = .open }
        #expect(deliver(1) == .failed)
        store.set { $0.settlement = .dropped }
        #expect(deliver(2) == .failed)
        store.set { $0.isDurable = true }
        #expect(deliver(1) == .durable && deliver(2) == .durable)
        #expect(store.sampleCounts == [1, 1, 1, 1])
    }

    /// Wear goes with the intake: what was lost is taken back, what is kept counts.
    @Test func wearHoldsWhatIsStoredAndNothingElse() {
        store.set { $0.isDurable = true }
        #expect(deliver(1) == .durable)
        let first = desk.wearSnapshot()
        store.set { $0.refuses = true }
        #expect(deliver(2) == .failed)
        #expect(desk.wearSnapshot() == first)
        store.set {
            $0.refuses = false
            $0.isDurable = false
        }
        #expect(deliver(2) == .failed)
        let second = desk.wearSnapshot()
        #expect(second != first)
        // Its redelivery is known: it does not wear twice.
        #expect(deliver(2) == .failed)
        #expect(desk.wearSnapshot() == second)
        #expect(deliver(3) == .failed)
        #expect(desk.wearSnapshot() != second)
        store.set { $0.settlement = .dropped }
        #expect(deliver(4) == .failed)
        #expect(desk.wearSnapshot() == first)
    }

    /// Where nothing was appended the message was never taken.
    @Test func whatWasNotAppendedIsTakenAgain() {
        store.set { $0.refuses = true }
        #expect(deliver(1) == .failed)
        store.set {
            $0.refuses = false
            $0.isDurable = true
        }
        #expect(deliver(1) == .durable)
        #expect(store.sampleCounts == [1] && store.waitsSince.isEmpty)
    }

    /// More messages than one record holds: the first part is in memory, the second is not taken. The redelivery finds the
    /// first part known and waits for its record, not for that of the rest.
    @Test func whatIsInMemoryIsWaitedForThoughTheRestWasRefused() {
        store.set { $0.batchLimit = 1 }
        #expect(deliver(1...100, readingCount: 64) == .failed)
        #expect(store.sampleCounts == [62 * 64] && store.waitsSince.isEmpty)
        store.set { $0.batchLimit = .max }
        #expect(deliver(1...100, readingCount: 64) == .failed)
        #expect(store.sampleCounts == [62 * 64, 38 * 64] && store.waitsSince == [1])
        // The memory has lost the first part: all is forgotten and taken again.
        store.set { $0.settlement = .dropped }
        #expect(deliver(1...100, readingCount: 64) == .failed)
        store.set { $0.isDurable = true }
        #expect(deliver(1...100, readingCount: 64) == .durable)
        #expect(store.sampleCounts == [62 * 64, 38 * 64, 0, 62 * 64, 38 * 64])
    }

    /// Flash works again, but the memory had lost the message before: that its redelivery is empty does not make it safe.
    @Test func whatTheMemoryLostIsNotAcknowledgedBecauseFlashWorksAgain() {
        #expect(deliver(1) == .failed)
        store.set {
            $0.isDurable = true
            $0.settlement = .dropped
        }
        #expect(deliver(1) == .failed)
        #expect(deliver(1) == .durable)
        #expect(store.sampleCounts == [1, 0, 1])
    }
}
