internal import BatchRecord
internal import Daemon
internal import LinuxSystem
internal import MetricModel
internal import RingLog
internal import Synchronization

/// The ring on flash as the agent uses it: batches in, records out, shared by all threads.
///
/// The lock is held while the disk works, so threads that must not wait read `status`, a copy that is renewed after
/// each change.
final class AgentBuffer<Disk: RingDisk>: Sendable {
    private let lock = ThreadLock()
    // Touched only by `locked`, one thread at a time. Not in a `Mutex`, because readers pass the ring to
    // closures of their own, which the compiler cannot see to keep none of it.
    private nonisolated(unsafe) var state: BufferState<Disk>
    private let published: Mutex<BufferStatus>
    private let maximumLossNanoseconds: Int64
    /// Keeps a second process out of the directory while it is held.
    private let directoryLock: Mutex<FileDescriptor?>
    private let settings: BufferSettings
    private let destinations: [String]
    /// Gets what it takes to write the directory, where that could not be had at the start.
    private let attach: (@Sendable () throws -> BufferAccess)?
    /// Finds the refuge of a directory that could be had only later.
    private let refuge: (@Sendable () -> Disk?)?
    /// How many threads wait in `settle`.
    private let waiterCount = Atomic<Int>(0)

    /// Appended records are committed at the latest when so many bytes wait, whatever `max_loss` says.
    private static var commitByteLimit: Int { 256 << 10 }

    /// Opens the ring on `disk` or begins one. `refuge` is where appends survive a kill without wearing the disk (RingLog's
    /// DESIGN.md); `lock` keeps other processes out of both; `destinations` are the names of
    /// those who will read it; cursors of others are dropped. Gaps are shipped where `gaps` says whose they are.
    init(
        disk: Disk, refuge: Disk? = nil, lock: consuming FileDescriptor?, settings: BufferSettings, machineID: RingID,
        newRingID: RingID, destinations: [String], gaps: GapOrigin? = nil
    ) throws(RingError) {
        let first = try BufferState(
            opening: disk, refuge: refuge, settings: settings.ring(machineID: machineID, newRingID: newRingID),
            destinations: destinations, origin: gaps)
        directoryLock = Mutex(lock)
        self.settings = settings
        self.destinations = destinations
        attach = nil
        self.refuge = nil
        maximumLossNanoseconds = settings.maximumLoss.nanoseconds
        published = Mutex(first.status)
        state = first
    }

    /// Begins in memory, because the directory cannot be had, for `failure`. `attach` is tried with each
    /// `commitAfterFailure` until it gives the lock; then the ring on `disk` is opened and takes over what there is.
    /// `random` sets the numbers of this ring apart from those of all others.
    init(
        withoutDisk disk: Disk, failure: SystemError, settings: BufferSettings, destinations: [String],
        gaps: GapOrigin?, random: () -> UInt64, attach: @escaping @Sendable () throws -> BufferAccess,
        refuge: (@Sendable () -> Disk?)? = nil
    ) throws(RingError) {
        let id = RingID(high: random(), low: random())
        // Between 2^61, where no ring on flash ever gets, and 2^62, where the format ends.
        let ring = RingLog(
            detachedFrom: disk, settings: settings.ring(machineID: id, newRingID: id), failure: failure,
            after: 1 << 61 | random() >> 4)
        for name in destinations { try ring.addDestination(name) }
        directoryLock = Mutex(nil)
        self.settings = settings
        self.destinations = destinations
        self.attach = attach
        self.refuge = refuge
        maximumLossNanoseconds = settings.maximumLoss.nanoseconds
        let first = BufferState(detached: ring, origin: gaps)
        published = Mutex(first.status)
        state = first
    }

    /// The ring's identity. It changes once, where the agent began without flash and got it later; then record numbers
    /// read before are those of another ring.
    var ringID: RingID { status.ringID }

    /// Whether it began in memory, so that what the directory holds was not read at the start.
    var beganWithoutDisk: Bool { attach != nil }

    /// What the buffer is like now; never waits for the disk.
    var status: BufferStatus { published.withLock { $0 } }

    /// Appends a batch. It survives a kill when this returns, and a power cut after the next commit: at once with
    /// `committing` or where `max_loss` is zero.
    /// An empty batch with `committing` makes durable what was appended before.
    func append(_ batch: SampleBatch, committing: Bool = false) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            if !batch.samples.isEmpty || !batch.annotation.isEmpty { try state.append(batch) }
            if committing || maximumLossNanoseconds == 0
                || state.ring.uncommittedByteCount >= Self.commitByteLimit
            {
                try state.commit()
            } else {
                state.writeThrough()
            }
        }
    }

    /// Appends a batch and makes it durable, or answers where it is in memory, so that the caller can wait for it
    /// (`settle`). An empty one stands for all that was appended before.
    func store(_ batch: SampleBatch) throws(AgentBufferError) -> StoredBatch {
        var stored: StoredBatch?
        try change { (state) throws(AgentBufferError) in
            let first = state.ring.lastRecord + 1
            if !batch.samples.isEmpty || !batch.annotation.isEmpty { try state.append(batch) }
            var isDurable = true
            do throws(AgentBufferError) {
                try state.commit()
            } catch {
                guard case .notDurable = error else { throw error }
                state.status.problem = "\(error)"
                isDurable = false
            }
            stored = StoredBatch(
                ringID: state.ring.ringID, first: first, last: state.ring.lastRecord, isDurable: isDurable)
        }
        guard let stored else { preconditionFailure("a change that does not throw has run to its end") }
        return stored
    }

    /// Waits until a batch that flash did not take is safe all the same, at most `timeoutMilliseconds`.
    ///
    /// Safe is acknowledged by every destination, not by one: the message is forgotten by its broker then, and the
    /// others would never get it. Meanwhile destinations are sent at once what there is (`isAwaited`).
    func settle(
        _ batch: StoredBatch, from first: RecordNumber, timeoutMilliseconds: Int, isCancelled: () -> Bool
    ) -> BatchSettlement {
        waiterCount.add(1, ordering: .relaxed)
        defer { waiterCount.subtract(1, ordering: .relaxed) }
        let end = Clocks.bootNanoseconds() + Int64(timeoutMilliseconds) * 1_000_000
        while true {
            let now = status
            // Another ring: everything was taken over and is durable, but what it is numbered nobody knows here. The
            // broker gives it once more, and it is known then.
            if now.ringID != batch.ringID { return .open }
            if now.lastDroppedRecord >= first { return .dropped }
            if max(now.acknowledgedThrough, now.fill?.lastDurableRecord ?? 0) >= batch.last { return .safe }
            if isCancelled() || Clocks.bootNanoseconds() >= end { return .open }
            Clocks.sleep(milliseconds: 50)
        }
    }

    /// Whether someone waits for destinations to acknowledge what is in memory, so that nothing should be held back to
    /// fill a request.
    var isAwaited: Bool { waiterCount.load(ordering: .relaxed) > 0 }

    /// Appends a snapshot of something that must survive a restart; durable when this returns.
    func append(_ record: StateRecord, bootNanoseconds now: Int64) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            try state.append(record, bootNanoseconds: now)
            try state.commit()
        }
    }

    /// Lets another process, or this one with new settings, have the directory. Nothing may be written afterwards.
    func unlock() {
        locked { state in state.ring.emptyRefuge() }
        directoryLock.withLock { $0 = nil }
    }

    /// Makes everything durable now.
    func commit() throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in try state.commit() }
    }

    /// Makes everything durable if the oldest of it has waited for `max_loss`, or comes from before the start.
    func commitIfDue(bootNanoseconds now: Int64) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            let isOld = state.uncommittedSince.map { now - $0 >= maximumLossNanoseconds } ?? false
            if isOld || state.hasUnsynced { try state.commit() }
        }
    }

    /// Tries again to write everything, to segments too that have failed before.
    func commitAfterFailure() throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            if state.ring.isDetached { try reattach(&state) }
            state.ring.reconsiderFailedSegments()
            try state.commit(retrying: true)
        }
    }

    private func reattach(_ state: inout BufferState<Disk>) throws(AgentBufferError) {
        guard let attach else { return }
        let access: BufferAccess
        do {
            access = try attach()
        } catch let failure as SystemError {
            throw .notDurable(.disk(failure))
        } catch {
            throw .notAttached("\(error)")
        }
        try state.reattach(
            refuge: refuge?(),
            settings: settings.ring(
                machineID: access.machineID, newRingID: RingID(high: Machine.randomWord(), low: Machine.randomWord())),
            destinations: destinations)
        var lock: FileDescriptor? = access.lock
        directoryLock.withLock { swap(&$0, &lock) }
    }

    /// Brings up to date what the status says of rates and of the oldest unsent sample.
    func observe(bootNanoseconds now: Int64) {
        locked { state in
            state.observe(bootNanoseconds: now)
            publish(&state)
        }
    }

    /// Counts samples that could not be appended and that nobody will give again.
    func noteUnwritable(_ samples: Int) {
        locked { state in
            state.status.unwritableSamples += UInt64(samples)
            publish(&state)
        }
    }

    /// A destination needs nothing through `last` any more.
    func acknowledge(_ destination: String, through last: RecordNumber) {
        locked { state in
            // An answer to what was planned in another ring (see `ringID`).
            guard last <= state.ring.lastRecord else { return }
            state.ring.acknowledge(destination, through: last)
            publish(&state)
        }
    }

    /// A destination needs nothing of a stretch ahead of its cursor either.
    func acknowledge(_ destination: String, ahead stretch: ClosedRange<RecordNumber>) {
        locked { state in
            guard stretch.upperBound <= state.ring.lastRecord else { return }
            state.ring.acknowledgeAhead(destination, stretch)
            publish(&state)
        }
    }

    /// A request up to `last` is about to be sent. It is written with the next cursor.
    func noteAttempt(_ destination: String, through last: RecordNumber) {
        locked { state in
            // What was planned in another ring (see `ringID`).
            guard last <= state.ring.lastRecord else { return }
            state.ring.noteAttempt(destination, through: last)
        }
    }

    /// The last record of any request that was tried, in this run or an earlier one, as far as it is known.
    func attempted(of destination: String) -> RecordNumber? {
        locked { state in state.ring.attempted(of: destination) }
    }

    func writeCursor() throws(RingError) {
        try locked { (state) throws(RingError) in
            try state.ring.writeCursor()
            publish(&state)
        }
    }

    /// Makes one more piece of the segment files; false when all are made.
    func prepareStep() throws(RingError) -> Bool {
        try locked { (state) throws(RingError) in try state.ring.prepareStep() }
    }

    /// Runs `body` with the ring itself, for readers.
    func read<Result>(_ body: (RingLog<Disk>) throws(RingError) -> Result) throws(RingError) -> Result {
        try locked { (state) throws(RingError) in try body(state.ring) }
    }

    /// Changes what is known of time.
    func changeTime(_ body: (inout BufferTime) -> Void) {
        locked { state in
            body(&state.status.time)
            publish(&state)
        }
    }

    func change(_ body: (inout BufferState<Disk>) throws(AgentBufferError) -> Void) throws(AgentBufferError) {
        try locked { (state) throws(AgentBufferError) in
            defer { publish(&state) }
            do throws(AgentBufferError) {
                try body(&state)
            } catch {
                state.status.problem = "\(error)"
                throw error
            }
        }
    }

    private func locked<Result, Failure: Error>(
        _ body: (inout BufferState<Disk>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock.run { () throws(Failure) in try body(&state) }
    }

    private func publish(_ state: inout BufferState<Disk>) {
        state.renewStatus()
        published.withLock { $0 = state.status }
    }
}

/// The agent's buffer on its flash.
typealias FlashBuffer = AgentBuffer<FlashDisk>
