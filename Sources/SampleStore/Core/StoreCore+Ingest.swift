internal import LinuxSystem
internal import MetricModel
internal import RingLog
internal import Synchronization

extension StoreCore {
    private enum Outcome {
        case written(record: UInt64)
        /// Equal to one that was acknowledged, or to one of this group that was written.
        case repeated
        case refused(StoreError)

        /// The failure of a disk, as against a full log or a request that is too large.
        var diskFailure: StoreError? {
            switch self {
            case .refused(let error):
                switch error {
                case .system, .log: error
                default: nil
                }
            case .written, .repeated: nil
            }
        }
    }

    /// What a request repeats, and so need not be written.
    private enum Repetition {
        case nothing
        /// One that was acknowledged before.
        case earlier
        /// The one at that place in the same group: what becomes of that one is not known yet.
        case inGroup(Int)
    }

    /// The body of the thread `wayside-log`: groups of requests, each one fdatasync.
    func runLog() {
        while let group = queue.take() {
            let start = Clocks.monotonicNanoseconds()
            commit(group)
            queue.finished(group, nanoseconds: Clocks.monotonicNanoseconds() - start)
            prepareLog()
        }
    }

    /// Logs a group, makes it durable, applies it in the log's order, and answers.
    private func commit(_ group: [CommitQueue.Pending]) {
        let repetitions = findRepetitions(group)
        retryFailedSegments()
        var (outcomes, failure) = log.withLock { log in Self.append(group, repetitions, to: log, logPath) }
        note(failure ?? outcomes.lazy.compactMap(\.diskFailure).first)
        if let failure {
            // Nothing of the group is known to be durable, so nothing of it is applied; the senders try again.
            outcomes = outcomes.map { if case .refused = $0 { $0 } else { .refused(failure) } }
            memory.withLock { $0.statistics.commitFailures += 1 }
        } else {
            memory.withLock { $0.statistics.commits += 1 }
        }
        for (pending, outcome) in zip(group, outcomes) { pending.completion(apply(pending, outcome)) }
        if log.withLock({ $0.fill.usedFraction }) >= settings.sealAtLogFraction { sealRequests.request() }
    }

    /// The log leaves segments alone that have failed to take a write; while there is trouble they are tried again, at
    /// most once a second.
    private func retryFailedSegments() {
        let now = Clocks.monotonicNanoseconds()
        let isDue = memory.withLock { memory in
            guard !memory.statistics.logProblem.isEmpty, now - memory.lastLogRetryNanoseconds >= 1_000_000_000 else {
                return false
            }
            memory.lastLogRetryNanoseconds = now
            return true
        }
        if isDue { log.withLock { $0.reconsiderFailedSegments() } }
    }

    /// Remembers why the log takes no writes, or that it does again.
    private func note(_ failure: StoreError?) {
        let isNew = memory.withLock { memory in
            let before = memory.statistics.logProblem
            // That no segment takes writes follows from what a system call said before, which says more.
            if case .log = failure, !before.isEmpty { return false }
            memory.statistics.logProblem = failure.map { "\($0)" } ?? ""
            return before.isEmpty && failure != nil
        }
        // A seal makes room in the log, which is what a full disk lacks.
        if isNew { sealRequests.request() }
    }

    private var logPath: String { directory + "/" + Self.logDirectory }

    /// Which requests of the group need not be written: received before, or earlier in the group.
    private func findRepetitions(_ group: [CommitQueue.Pending]) -> [Repetition] {
        var firsts: [RequestIdentity: Int] = [:]
        return memory.withLock { memory in
            group.enumerated().map { number, pending in
                guard let identity = pending.request.identity else { return .nothing }
                if memory.ledger.verdict(identity) == .repeated { return .earlier }
                if let first = firsts[identity] { return .inGroup(first) }
                firsts[identity] = number
                return .nothing
            }
        }
    }

    private static func append(
        _ group: [CommitQueue.Pending], _ repetitions: [Repetition], to log: RingLog<FlashDisk>, _ path: String
    ) -> ([Outcome], StoreError?) {
        var outcomes: [Outcome] = []
        var hasAppended = false
        for (pending, repetition) in zip(group, repetitions) {
            switch repetition {
            case .earlier: outcomes.append(.repeated)
            case .inGroup(let first):
                // Success would be a lie where the first was refused: nothing has these samples then.
                if case .refused = outcomes[first] {
                    outcomes.append(outcomes[first])
                } else {
                    outcomes.append(.repeated)
                }
            case .nothing:
                do throws(RingError) {
                    let record = try log.append(.opaque) { _, bytes in LogRecord.append(pending.request, to: &bytes) }
                    outcomes.append(.written(record: record))
                    hasAppended = true
                } catch {
                    outcomes.append(.refused(storeError(error, path)))
                }
            }
        }
        guard hasAppended else { return (outcomes, nil) }
        do throws(RingError) { try log.commit() } catch {
            // All of the group is refused, and comes again; it must not stand before what is less and finds room.
            log.withdrawUncommitted()
            return (outcomes, storeError(error, path))
        }
        return (outcomes, nil)
    }

    private static func storeError(_ error: RingError, _ path: String) -> StoreError {
        switch error {
        case .full: .busy(retryAfterSeconds: 0)
        case .recordTooLarge(let count, let limit), .groupTooLarge(let count, let limit):
            .tooLarge(byteCount: count, byteLimit: limit)
        case .disk(let error): .system(error)
        default: .log(path: path, reason: error.description)
        }
    }

    private func apply(_ pending: CommitQueue.Pending, _ outcome: Outcome) -> Result<IngestCounts, StoreError> {
        switch outcome {
        case .written(let record):
            let counts = memory.withLock { memory in
                let counts = memory.apply(pending.request, pending.columns)
                memory.appliedThrough = max(memory.appliedThrough, record)
                memory.statistics.add(counts)
                return counts
            }
            return .success(counts)
        case .repeated:
            var counts = IngestCounts()
            counts.duplicates = pending.columns.sampleCount
            counts.exemplars = pending.columns.exemplars.count
            counts.isRepeatedRequest = true
            memory.withLock { $0.statistics.add(counts) }
            return .success(counts)
        case .refused(.busy):
            // The log is full: a seal makes room, and takes about as long as the last one did.
            sealRequests.request()
            let milliseconds = memory.withLock { memory in
                memory.statistics.logFullRefusals += 1
                return memory.statistics.lastSealMilliseconds
            }
            return .failure(.busy(retryAfterSeconds: Int(min(max(milliseconds / 1000 + 1, 1), 60))))
        case .refused(let error): return .failure(error)
        }
    }

    /// Makes the log's next segment in small steps while nobody waits; one ahead is enough, the rest of the log's
    /// size is taken only when it is needed.
    private func prepareLog() {
        while queue.figures.byteCount == 0 {
            let hasMore = log.withLock { log in
                if log.hasSpareSegment { return false }
                // A commit that needs the segment makes it itself and reports the error then.
                do throws(RingError) { return try log.prepareStep() } catch { return false }
            }
            if !hasMore { return }
        }
    }
}

extension StoreStatistics {
    mutating func add(_ counts: IngestCounts) {
        requests += 1
        stored += UInt64(counts.stored)
        outOfOrder += UInt64(counts.outOfOrder)
        duplicates += UInt64(counts.duplicates)
        conflicts += UInt64(counts.conflicts)
        tooOld += UInt64(counts.tooOld)
        tooFarAhead += UInt64(counts.tooFarAhead)
        overSeriesLimit += UInt64(counts.overSeriesLimit)
        overLabelByteLimit += UInt64(counts.overLabelByteLimit)
        invalidLabels += UInt64(counts.invalidLabels)
        exemplars += UInt64(counts.exemplars)
        refusedExemplars += UInt64(counts.refusedExemplars)
        startTimestamps += UInt64(counts.startTimestamps)
        if counts.isRepeatedRequest { repeatedRequests += 1 }
        if counts.isConflictingRequest { conflictingRequests += 1 }
    }
}
