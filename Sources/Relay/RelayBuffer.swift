internal import LinuxSystem
package import RingLog
internal import Synchronization

/// One target's ring as the hub uses it: requests in from many, out to the one who sends them.
///
/// A thread of its own (`run`) takes all requests that wait, appends them, calls fdatasync once and answers them. The
/// lock is held while the disk works.
package final class RelayBuffer<Disk: RingDisk>: Sendable {
    private struct Pending: Sendable {
        let request: RelayedRequest
        /// With its headers and what a record takes beside them.
        var byteCount: Int { request.body.count + 512 }
        let completion: @Sendable (RelayOutcome) -> Void
    }

    private struct Queue: Sendable {
        var pending: [Pending] = []
        var byteCount = 0
        var isClosed = false
        var busyRefusals: UInt64 = 0
        /// Bytes a second, a moving average over groups; 0 before the first.
        var drainRate = 0.0
    }

    private let lock = ThreadLock()
    // Touched only by `locked`, one thread at a time.
    private nonisolated(unsafe) let state: RelayState<Disk>
    private let published: Mutex<RelayBufferStatus>
    private let queue = Mutex(Queue())
    private let wakeup: Wakeup
    private let byteLimit: Int
    /// The ring's identity, which the next hub knows its records by.
    package let ringID: RingID
    private let hear: @Sendable (RelayNotice) -> Void

    /// How often the thread looks after the ring while nothing comes.
    private static var upkeepMilliseconds: Int32 { 1000 }

    /// Opens the ring on `disk` or begins one. `hear` gets what belongs in the log, on the ring's thread.
    package init(
        disk: Disk, settings: RelayBufferSettings, machineID: RingID, newRingID: RingID,
        hear: @escaping @Sendable (RelayNotice) -> Void = { _ in }
    ) throws {
        wakeup = try Wakeup()
        let state = try RelayState(
            opening: disk, settings: settings.ring(machineID: machineID, newRingID: newRingID), ledger: RelayLedger())
        byteLimit = settings.backlogByteLimit
        ringID = state.ringID
        published = Mutex(state.status)
        self.state = state
        self.hear = hear
        // What opening has found.
        for notice in state.takeNotices() { hear(notice) }
    }

    package var status: RelayBufferStatus { published.withLock { $0 } }
    /// Requests that were told to come again because too much waits for the disk.
    package var busyRefusals: UInt64 { queue.withLock { $0.busyRefusals } }

    // MARK: In

    /// Hands a request to the ring's thread; it is durable when this answers `.durable`.
    package func take(_ request: RelayedRequest) async -> RelayOutcome {
        await withCheckedContinuation { continuation in
            submit(request) { continuation.resume(returning: $0) }
        }
    }

    func submit(_ request: RelayedRequest, completion: @escaping @Sendable (RelayOutcome) -> Void) {
        guard RelayRecord.fits(request) else {
            completion(.tooLarge(byteCount: request.body.count, byteLimit: RelayRecord.textByteLimit))
            return
        }
        let refusal: RelayOutcome? = queue.withLock { queue in
            if queue.isClosed { return .closed }
            let pending = Pending(request: request, completion: completion)
            if queue.byteCount + pending.byteCount > byteLimit, !queue.pending.isEmpty {
                queue.busyRefusals += 1
                let seconds = queue.drainRate > 0 ? Double(queue.byteCount) / queue.drainRate : 1
                return .busy(retryAfterSeconds: Int(min(max(seconds.rounded(.up), 1), 60)))
            }
            queue.pending.append(pending)
            queue.byteCount += pending.byteCount
            return nil
        }
        if let refusal { completion(refusal) } else { wakeup.signal() }
    }

    /// The body of the ring's thread: returns once `close` was called and all that waited is answered.
    package func run() {
        var isPreparing = true
        while true {
            var interests = [Poll.Interest(wakeup.number, readable: true)]
            // Polling an eventfd fails only on our own bugs; the loop then looks at the queue again.
            do throws(SystemError) {
                try Poll.wait(&interests, timeoutMilliseconds: isPreparing ? 0 : Self.upkeepMilliseconds)
            } catch {}
            wakeup.clear()
            let isClosed = commitWaiting(now: Clocks.bootNanoseconds())
            isPreparing = locked { $0.keepUp(now: Clocks.bootNanoseconds()) }
            if isClosed { break }
        }
        locked { $0.end(now: Clocks.bootNanoseconds()) }
    }

    /// Takes what waits and makes it durable; answers whether the queue is closed and empty. Tests call it in the
    /// thread's place.
    @discardableResult
    package func commitWaiting(now: Int64) -> Bool {
        let (group, isClosed) = queue.withLock { queue in
            defer { queue.pending = [] }
            return (queue.pending, queue.isClosed)
        }
        guard !group.isEmpty else { return isClosed }
        let start = Clocks.monotonicNanoseconds()
        let outcomes = locked { $0.take(group.map(\.request), now: now) }
        let nanoseconds = Double(max(Clocks.monotonicNanoseconds() - start, 1))
        let byteCount = group.reduce(0) { $0 + $1.byteCount }
        queue.withLock { queue in
            queue.byteCount -= byteCount
            let rate = Double(byteCount) * 1e9 / nanoseconds
            queue.drainRate = queue.drainRate == 0 ? rate : queue.drainRate * 0.8 + rate * 0.2
        }
        for (pending, outcome) in zip(group, outcomes) { pending.completion(outcome) }
        return false
    }

    /// Takes no more requests; `run` finishes those there are and returns.
    package func close() {
        queue.withLock { $0.isClosed = true }
        wakeup.signal()
    }

    // MARK: Out

    func next(after last: RecordNumber) throws(RingError) -> RelayLoad? {
        try locked { state -> Result<RelayLoad?, RingError> in
            do throws(RingError) { return .success(try state.next(after: last)) } catch { return .failure(error) }
        }.get()
    }

    func acknowledge(through record: RecordNumber) { locked { $0.acknowledge(through: record) } }

    private func locked<Result>(_ body: (RelayState<Disk>) -> Result) -> Result {
        let (result, notices) = lock.run { () -> (Result, [RelayNotice]) in
            let result = body(state)
            let status = state.status
            published.withLock { $0 = status }
            return (result, state.takeNotices())
        }
        for notice in notices { hear(notice) }
        return result
    }
}
