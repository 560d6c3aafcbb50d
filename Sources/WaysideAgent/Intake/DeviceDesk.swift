internal import Daemon
internal import DeviceIntake
internal import LinuxSystem
internal import Logging
internal import MQTTSession
internal import MetricModel
internal import RingLog
internal import Synchronization
internal import Wear

/// The one `DeviceIntake` of the agent and the wear of the devices' machines, shared by the brokers' threads, the ticker
/// and the pages.
final class DeviceDesk: Sendable {
    private struct State {
        var intake: DeviceIntake
        /// Holds the samples of every batch that was stored, and of no other.
        var wear: WearTracker
        /// Whether something was declared that no record holds yet.
        var isWearSnapshotDue = false
        var limiter = LogLimiter()
        var unsettled: Unsettled?
        var recent: RecentCounts
    }

    /// Batches that flash did not take, for as long as they are not safe.
    private struct Unsettled {
        /// The intake and the wear before the first of them.
        var intake: DeviceIntake
        var wear: WearTracker
        /// Their records.
        var first: RecordNumber
        var last: RecordNumber
        /// The ring that numbers them.
        var ringID: RingID
    }

    /// What a call of `take` has got so far.
    private struct Taking {
        /// The intake as it was when everything taken so far was stored.
        var before: DeviceIntake
        var batch: SampleBatch
    }

    private let state: Mutex<State>
    private let clock: AgentClock
    private let logger: Logger
    /// The most samples of a tick.
    private static let tickLimit = 100_000
    /// The most samples that one batch of messages may give: it must fit into one record of the ring with its journal, so
    /// that a power cut leaves both or neither.
    private static let batchLimit = 4000
    /// Whether this agent could not read what it had stored, so that its wear must not take that place.
    private let isWearProvisional: Bool

    init(
        intake: DeviceIntake, wear: WearTracker, isWearProvisional: Bool = false, clock: AgentClock, logger: Logger
    ) {
        let recent = RecentCounts(intake.counts, bootNanoseconds: clock.reading().bootNanoseconds)
        state = Mutex(State(intake: intake, wear: wear, recent: recent))
        self.isWearProvisional = isWearProvisional
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
        var taking = Taking(before: state.intake, batch: SampleBatch(clock: reading, limit: DeviceDesk.batchLimit))
        do throws(AgentBufferError) {
            try messages.forEach { (message) throws(AgentBufferError) in
                try accept(message, reading, &state, &taking, store)
            }
            declareWear(&state)
            let stored = try keep(&taking, &state, store)
            // Of another ring they have been taken over, and are safe.
            guard let stored, let unsettled = state.unsettled, unsettled.ringID == stored.ringID else {
                state.unsettled = nil
                return Taken()
            }
            // Durable or not: the memory may have lost those before.
            return Taken(waiting: (stored, unsettled.first))
        } catch {
            if case .notAppended = error {
                state.intake = taking.before
            } else {
                applyWear(taking.batch, &state)
            }
            if let held = state.limiter.admit("store", bootNanoseconds: reading.bootNanoseconds) {
                logger.error(
                    "messages could not be stored and will be delivered again",
                    metadata: ["error": "\(error)", "held_back": "\(held)"])
            }
            return nil
        }
    }

    /// Stores what has been taken so far. What flash does not take is not settled from here on, whatever becomes of the
    /// rest of the messages.
    private func keep(
        _ taking: inout Taking, _ state: inout State, _ store: (SampleBatch) throws(AgentBufferError) -> StoredBatch?
    ) throws(AgentBufferError) -> StoredBatch? {
        taking.batch.annotation = state.intake.drainJournal()
        let stored = try store(taking.batch)
        if let stored, !stored.isDurable {
            if let known = state.unsettled, known.ringID == stored.ringID {
                state.unsettled?.last = max(known.last, stored.last)
            } else {
                state.unsettled = Unsettled(
                    intake: taking.before, wear: state.wear, first: stored.first, last: stored.last,
                    ringID: stored.ringID)
            }
        }
        applyWear(taking.batch, &state)
        taking.before = state.intake
        return stored
    }

    /// A stored batch counts towards wear: once, because what was stored is read back after a restart.
    private func applyWear(_ batch: SampleBatch, _ state: inout State) {
        guard !batch.annotation.isEmpty else { return }
        state.wear.apply(batch.samples, clock: batch.clock, journal: state.intake.drainedJournalNumber)
    }

    private func finish(
        _ batch: StoredBatch, _ settlement: BatchSettlement, _ state: inout State
    ) -> MQTTAcknowledgement {
        switch settlement {
        case .safe:
            if let unsettled = state.unsettled, unsettled.last <= batch.last { state.unsettled = nil }
            return .durable
        case .dropped:
            if let unsettled = state.unsettled {
                state.intake = unsettled.intake
                state.wear = unsettled.wear
            }
            state.unsettled = nil
            return .failed
        case .open: return .failed
        }
    }

    /// Takes one message; a batch that has no room for it is stored first, and what is stored is not taken back.
    private func accept(
        _ message: MQTTMessage, _ reading: ClockReading, _ state: inout State, _ taking: inout Taking,
        _ store: (SampleBatch) throws(AgentBufferError) -> StoredBatch?
    ) throws(AgentBufferError) {
        let arrival = reading.moved(toBootNanoseconds: message.arrivalBootNanoseconds)
        let received = DeviceMessage(
            topic: message.topic, payload: message.payload, isRetained: message.isRetained)
        var outcome = state.intake.accept(received, clock: arrival, into: &taking.batch)
        if outcome == .batchFull {
            _ = try keep(&taking, &state, store)
            taking.batch = SampleBatch(clock: reading, limit: DeviceDesk.batchLimit)
            outcome = state.intake.accept(received, clock: arrival, into: &taking.batch)
        }
        note(outcome, limiter: &state.limiter, bootNanoseconds: reading.bootNanoseconds)
    }

    /// The samples of a tick: ages, counters, stale markers.
    func tick() -> SampleBatch {
        let reading = clock.reading()
        var batch = SampleBatch(clock: reading, limit: DeviceDesk.tickLimit)
        state.withLock { state in
            state.intake.tick(clock: reading, into: &batch)
            for id in state.intake.takeForgottenIDs() { state.wear.forget(id) }
            state.recent.note(bootNanoseconds: reading.bootNanoseconds) { [intake = state.intake] in intake.counts }
        }
        return batch
    }

    /// What `/metrics` shows of devices now.
    func currentSamples() -> [Sample] {
        let reading = clock.reading()
        var batch = SampleBatch(clock: reading, limit: DeviceDesk.tickLimit)
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
            let wear = Dictionary(grouping: state.wear.status(of: nil), by: \.deviceID)
            return Fleet(
                devices: state.intake.devices(clock: reading).map {
                    FleetDevice($0, recent: state.recent.recent($0), wear: wear[$0.id] ?? [])
                },
                recentMilliseconds: state.recent.milliseconds(bootNanoseconds: reading.bootNanoseconds),
                limit: state.intake.settings.deviceLimit)
        }
    }

    /// Everything that must survive a restart, of one moment, and from which record of the ring on it is not in it: batches
    /// that are not safe may be lost, and a snapshot that knows their messages would keep them from being taken again. Of
    /// another ring than `ringID` they have been taken over, and are safe.
    ///
    /// No wear where this agent could not read what was stored before: its wear has begun anew, and must not take the place
    /// of what is there.
    func snapshots(ringID: RingID) -> (intake: [[UInt8]], wear: [[UInt8]], unsettled: RecordNumber?) {
        let reading = clock.reading()
        return state.withLock { state in
            var (intake, wear, first) = (state.intake, state.wear, RecordNumber?.none)
            if let unsettled = state.unsettled, unsettled.ringID == ringID {
                (intake, wear, first) = (unsettled.intake, unsettled.wear, unsettled.first)
            }
            return (intake.snapshot(clock: reading), isWearProvisional ? [] : wear.snapshot(), first)
        }
    }

    // MARK: Wear

    /// What there is to say of wear now, for the tick and for `/metrics`; whoever ships it ends what is missing.
    func wearSamples() -> SampleBatch {
        var batch = SampleBatch(clock: clock.reading(), limit: DeviceDesk.tickLimit)
        state.withLock { $0.wear.samples(into: &batch) }
        return batch
    }

    /// How each component of a device stands, or of all devices.
    func wear(of deviceID: String? = nil) -> [WearStatus] { state.withLock { $0.wear.status(of: deviceID) } }

    /// What births have declared of wear since the last call, in place of what those devices declared before.
    private func declareWear(_ state: inout State) {
        for (id, declared) in state.intake.drainDeclaredWear().sorted(by: { $0.key < $1.key }) {
            let answer = state.wear.declare(declared.map(WearDeclaration.init), by: id)
            guard answer.isChanged else { continue }
            // A birth comes once, and no journal holds it.
            state.isWearSnapshotDue = true
            guard let problem = answer.problems.first,
                let held = state.limiter.admit("wear \(id)", bootNanoseconds: clock.reading().bootNanoseconds)
            else { continue }
            logger.warning(
                "a device's declaration of wear cannot be used",
                metadata: [
                    "device": "\(id)", "problem": "\(problem)", "problems": "\(answer.problems.count)",
                    "held_back": "\(held)",
                ])
        }
    }

    /// A component was replaced. The caller stores a snapshot of wear then.
    func resetWear(_ component: String, of deviceID: String, note: String) throws(WearTracker.ResetProblem) {
        let now = clock.reading().unixMilliseconds
        try state.withLock { (state) throws(WearTracker.ResetProblem) in
            try state.wear.reset(component, of: deviceID, unixMilliseconds: now, note: note)
            // What may be put back is of the replaced component too, where it was known then.
            do throws(WearTracker.ResetProblem) {
                try state.unsettled?.wear.reset(component, of: deviceID, unixMilliseconds: now, note: note)
            } catch {
                // It was not known there: the component is the newer wear's alone, and there it is reset.
            }
        }
    }

    /// Grows with each sample that may have changed the wear that `snapshots` keeps.
    var wearChangeCount: UInt64 { isWearProvisional ? 0 : state.withLock { $0.wear.changeCount } }

    /// Whether a snapshot should be written before its time; asked by one thread, which then writes it.
    func takeIsWearSnapshotDue() -> Bool {
        state.withLock { state in
            defer { state.isWearSnapshotDue = false }
            return state.isWearSnapshotDue
        }
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

extension WearDeclaration {
    fileprivate init(_ declared: DeclaredWear) {
        self.init(
            component: declared.component, model: declared.model,
            quantity: declared.quantity.isEmpty ? nil : declared.quantity,
            channel: declared.channel.isEmpty ? nil : declared.channel, parameters: declared.parameters)
    }
}
