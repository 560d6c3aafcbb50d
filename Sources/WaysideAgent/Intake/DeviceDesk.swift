internal import DeviceIntake
internal import LinuxSystem
internal import Logging
internal import MQTTSession
internal import MetricModel
internal import RingLog
internal import Synchronization

/// The one `DeviceIntake` of the agent, shared by the brokers' threads, the ticker and the pages.
final class DeviceDesk: Sendable {
    private struct State {
        var intake: DeviceIntake
        var limiter = LogLimiter()
        var unsettled: Unsettled?
        var recent: RecentCounts
    }

    /// Batches that flash did not take, for as long as they are not safe.
    private struct Unsettled {
        /// The intake before the first of them.
        var intake: DeviceIntake
        /// Their records.
        var first: RecordNumber
        var last: RecordNumber
    }

    private let state: Mutex<State>
    private let clock: AgentClock
    private let logger: Logger
    /// The most samples that one batch of messages may give.
    private static let batchLimit = 100_000

    init(intake: DeviceIntake, clock: AgentClock, logger: Logger) {
        let recent = RecentCounts(intake.counts, bootNanoseconds: clock.reading().bootNanoseconds)
        state = Mutex(State(intake: intake, recent: recent))
        self.clock = clock
        self.logger = logger
    }

    /// Takes a batch of messages and gives its samples and journal to `store`, which makes them durable or answers
    /// where they are; nil where nothing is kept. `settle` waits for a batch that is in memory alone, and for all since
    /// the record it is given.
    ///
    /// Where nothing was appended the intake is as it was before, so that the redelivered messages are not taken for
    /// duplicates. Where they are in memory and nobody has acknowledged them yet, the intake keeps them: their
    /// redelivery is known, and waits for the same. Where the memory lost them, the intake forgets them too.
    func accept(
        _ messages: borrowing MQTTMessageBatch,
        store: (SampleBatch) throws(AgentBufferError) -> StoredBatch?,
        settle: (StoredBatch, RecordNumber) -> BatchSettlement
    ) -> MQTTAcknowledgement {
        let reading = clock.reading()
        let taken = state.withLock { take(messages, reading, &$0, store) }
        guard let taken else { return .failed }
        guard let (batch, first) = taken.waiting else { return .durable }
        let settlement = settle(batch, first)
        return state.withLock { finish(batch, settlement, &$0) }
    }

    private struct Taken {
        /// What must be waited for, and since which record; nil where all is durable.
        var waiting: (StoredBatch, RecordNumber)?
    }

    private func take(
        _ messages: borrowing MQTTMessageBatch, _ reading: ClockReading, _ state: inout State,
        _ store: (SampleBatch) throws(AgentBufferError) -> StoredBatch?
    ) -> Taken? {
        let start = state.intake
        // As it was when everything taken so far was stored.
        var before = start
        var first: RecordNumber?
        do throws(AgentBufferError) {
            var batch = SampleBatch(clock: reading, limit: DeviceDesk.batchLimit)
            try messages.forEach { (message) throws(AgentBufferError) in
                try accept(message, reading, &state, &before, &batch) { (batch) throws(AgentBufferError) in
                    let stored = try store(batch)
                    first = first ?? stored?.first
                    return stored
                }
            }
            batch.annotation = state.intake.drainJournal()
            guard let stored = try store(batch), !stored.isDurable else {
                state.unsettled = nil
                return Taken()
            }
            var unsettled =
                state.unsettled ?? Unsettled(intake: start, first: first ?? stored.first, last: stored.last)
            unsettled.last = max(unsettled.last, stored.last)
            state.unsettled = unsettled
            return Taken(waiting: (stored, unsettled.first))
        } catch {
            if case .notAppended = error { state.intake = before }
            if let held = state.limiter.admit("store", bootNanoseconds: reading.bootNanoseconds) {
                logger.error(
                    "messages could not be stored and will be delivered again",
                    metadata: ["error": "\(error)", "held_back": "\(held)"])
            }
            return nil
        }
    }

    private func finish(
        _ batch: StoredBatch, _ settlement: BatchSettlement, _ state: inout State
    ) -> MQTTAcknowledgement {
        switch settlement {
        case .safe:
            if let unsettled = state.unsettled, unsettled.last <= batch.last { state.unsettled = nil }
            return .durable
        case .dropped:
            if let unsettled = state.unsettled { state.intake = unsettled.intake }
            state.unsettled = nil
            return .failed
        case .open: return .failed
        }
    }

    /// Takes one message; a batch that has no room for it is stored first, and what is stored is not taken back.
    private func accept(
        _ message: MQTTMessage, _ reading: ClockReading, _ state: inout State, _ before: inout DeviceIntake,
        _ batch: inout SampleBatch, _ store: (SampleBatch) throws(AgentBufferError) -> StoredBatch?
    ) throws(AgentBufferError) {
        let arrival = reading.moved(toBootNanoseconds: message.arrivalBootNanoseconds)
        let received = DeviceMessage(
            topic: message.topic, payload: message.payload, isRetained: message.isRetained)
        var outcome = state.intake.accept(received, clock: arrival, into: &batch)
        if outcome == .batchFull {
            batch.annotation = state.intake.drainJournal()
            _ = try store(batch)
            before = state.intake
            batch = SampleBatch(clock: reading, limit: DeviceDesk.batchLimit)
            outcome = state.intake.accept(received, clock: arrival, into: &batch)
        }
        note(outcome, limiter: &state.limiter, bootNanoseconds: reading.bootNanoseconds)
    }

    /// The samples of a tick: ages, counters, stale markers.
    func tick() -> SampleBatch {
        let reading = clock.reading()
        var batch = SampleBatch(clock: reading, limit: DeviceDesk.batchLimit)
        state.withLock { state in
            state.intake.tick(clock: reading, into: &batch)
            state.recent.note(bootNanoseconds: reading.bootNanoseconds) { [intake = state.intake] in intake.counts }
        }
        return batch
    }

    /// What `/metrics` shows of devices now.
    func currentSamples() -> [Sample] {
        let reading = clock.reading()
        var batch = SampleBatch(clock: reading, limit: DeviceDesk.batchLimit)
        state.withLock { $0.intake.currentSamples(clock: reading, into: &batch) }
        return batch.samples
    }

    /// The wall clock was set, or is synchronised now.
    func clockWasSet(byMilliseconds shift: Int64, isSynchronised: Bool) {
        state.withLock { $0.intake.wallClockCorrected(byMilliseconds: shift, isSynchronised: isSynchronised) }
    }

    /// No stamp of before the start lies ahead of `now`.
    func forgetStamps(after now: Int64) { state.withLock { $0.intake.forgetStamps(after: now) } }

    /// Every device as it is now.
    func fleet() -> Fleet {
        let reading = clock.reading()
        return state.withLock { state in
            Fleet(
                devices: state.intake.devices(clock: reading).map {
                    FleetDevice($0, recent: state.recent.recent($0))
                },
                recentMilliseconds: state.recent.milliseconds(bootNanoseconds: reading.bootNanoseconds),
                limit: state.intake.settings.deviceLimit)
        }
    }

    /// Everything that must survive a restart.
    func snapshot() -> [[UInt8]] {
        let reading = clock.reading()
        return state.withLock { $0.intake.snapshot(clock: reading) }
    }

    private func note(_ outcome: IntakeOutcome, limiter: inout LogLimiter, bootNanoseconds now: Int64) {
        switch outcome {
        case .accepted, .duplicate, .retained, .ignoredTopic, .batchFull:
            break
        case .malformed(let message):
            guard let held = limiter.admit("malformed \(message.reason)", bootNanoseconds: now) else { return }
            logger.warning("malformed message", metadata: ["message": "\(message)", "held_back": "\(held)"])
        case .rateLimited(let deviceID):
            guard let held = limiter.admit("rate \(deviceID)", bootNanoseconds: now) else { return }
            logger.warning(
                "a device sends more than devices.message_rate, the rest is refused: look at its firmware",
                metadata: ["device": "\(deviceID)", "held_back": "\(held)"])
        case .deviceLimit(let deviceID):
            guard let held = limiter.admit("limit", bootNanoseconds: now) else { return }
            logger.warning(
                "devices.limit is reached, a device is not taken",
                metadata: ["device": "\(deviceID)", "held_back": "\(held)"])
        }
    }
}

extension ClockReading {
    /// All clocks as they stood at another moment of this boot, for a message that waited for its batch.
    fileprivate func moved(toBootNanoseconds moment: Int64) -> ClockReading {
        ClockReading(
            bootID: bootID, bootNanoseconds: moment,
            unixMilliseconds: unixMilliseconds - (bootNanoseconds - moment) / 1_000_000,
            isSynchronised: isSynchronised)
    }
}
