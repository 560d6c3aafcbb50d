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
    let ringID: RingID

    /// Appended records are committed at the latest when so many bytes wait, whatever `max_loss` says.
    private static var commitByteLimit: Int { 256 << 10 }

    /// Opens the ring on `disk` or begins one. `lock` keeps other processes out of it; `destinations` are the names of
    /// those who will read it; cursors of others are dropped.
    init(
        disk: Disk, lock: consuming FileDescriptor?, settings: BufferSettings, machineID: RingID,
        newRingID: RingID, destinations: [String]
    ) throws(RingError) {
        directoryLock = Mutex(lock)
        let ring = try RingLog(
            opening: disk,
            settings: RingSettings(
                byteCount: settings.byteCount, segmentByteCount: settings.segmentByteCount, policy: .overwriteOldest,
                machineID: machineID, newRingID: newRingID))
        for name in ring.destinations where !destinations.contains(name) { ring.removeDestination(name) }
        for name in destinations { try ring.addDestination(name) }
        ringID = ring.ringID
        maximumLossNanoseconds = settings.maximumLoss.nanoseconds
        var first = BufferStatus(recovery: ring.recovery)
        first.renew(from: ring)
        first.time = BufferTime(of: ring)
        published = Mutex(first)
        state = BufferState(ring: ring, status: first)
    }

    /// What the buffer is like now; never waits for the disk.
    var status: BufferStatus { published.withLock { $0 } }

    /// Appends a batch. It is durable after the next commit: at once with `committing` or where `max_loss` is zero.
    /// An empty batch with `committing` makes durable what was appended before.
    func append(_ batch: SampleBatch, committing: Bool = false) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            if !batch.samples.isEmpty || !batch.annotation.isEmpty { try state.append(batch) }
            if committing || maximumLossNanoseconds == 0
                || state.ring.uncommittedByteCount >= Self.commitByteLimit
            {
                try state.commit()
            }
        }
    }

    /// Appends a snapshot of something that must survive a restart; durable when this returns.
    func append(_ record: StateRecord, bootNanoseconds now: Int64) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            try state.append(record, bootNanoseconds: now)
            try state.commit()
        }
    }

    /// Lets another process, or this one with new settings, have the directory. Nothing may be written afterwards.
    func unlock() { directoryLock.withLock { $0 = nil } }

    /// Makes everything durable now.
    func commit() throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in try state.commit() }
    }

    /// Makes everything durable if the oldest of it has waited for `max_loss`.
    func commitIfDue(bootNanoseconds now: Int64) throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            if let since = state.uncommittedSince, now - since >= maximumLossNanoseconds { try state.commit() }
        }
    }

    /// Tries again to write everything, to segments too that have failed before.
    func commitAfterFailure() throws(AgentBufferError) {
        try change { (state) throws(AgentBufferError) in
            state.ring.reconsiderFailedSegments()
            try state.commit()
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
            state.ring.acknowledge(destination, through: last)
            publish(&state)
        }
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
                state.status.failureCount += 1
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
        state.status.renew(from: state.ring)
        published.withLock { $0 = state.status }
    }
}

/// The agent's buffer on its flash.
typealias FlashBuffer = AgentBuffer<FlashDisk>
