internal import LinuxSystem
internal import RingLog

/// The ring of one target with what is known of it: one owner, one thread at a time.
///
/// Losses are counted while what is lost can still be read, and written down as a record of the ring, as the agent
/// does.
final class RelayState<Disk: RingDisk> {
    /// The ring's only destination. A target that gets another address goes on where it stood.
    private static var destination: String { "target" }
    private static var retryNanoseconds: Int64 { 1_000_000_000 }
    /// After a kill what was acknowledged since the cursor was written goes once more; so it is not written seldom.
    private static var cursorNanoseconds: Int64 { 1_000_000_000 }

    private let ring: RingLog<Disk>
    private var ledger: RelayLedger
    private(set) var status = RelayBufferStatus()
    private var notices: [RelayNotice] = []
    private var unwritten: [RelayLoss] = []
    private var isCursorDirty = false
    private var nextRetry: Int64 = .min
    private var nextCursorWrite: Int64 = .min
    private static var unwrittenLimit: Int { 64 }

    init(opening disk: Disk, settings: RingSettings, ledger: RelayLedger) throws(RingError) {
        var ledger = ledger
        var written: [RelayLoss] = []
        ring = try RingLog(opening: disk, settings: settings) { header, bytes in
            switch header.kind {
            case .opaque:
                guard let summary = RelayRecord.summary(of: bytes) else { return }
                let body = UnsafeRawBufferPointer(rebasing: bytes[summary.body])
                ledger.remember(RelayLedger.Key(summary.request, body: body), of: Self.name(summary.request))
            case .gap:
                if let loss = RelayLoss(bytes) { written.append(loss) }
            default: break
            }
        }
        self.ledger = ledger
        try ring.addDestination(Self.destination, next: nil)
        for loss in written { status.remember(loss) }
        noteEarlierLosses(written)
        renewStatus()
    }

    /// By whom a request's repetitions are known.
    private static func name(_ request: RelayedRequest) -> String { request.origin?.sender ?? request.sender }

    var ringID: RingID { ring.ringID }

    // MARK: In

    /// Appends the requests of a group and makes them durable together; answers what became of each.
    func take(_ group: [RelayedRequest], now: Int64) -> [RelayOutcome] {
        var outcomes: [RelayOutcome] = group.map { append($0) }
        let failure = commit(now: now)
        if let failure {
            for index in outcomes.indices where outcomes[index] == .durable { outcomes[index] = .inMemory(failure) }
        }
        renewStatus()
        return outcomes
    }

    /// `.durable` is a promise that `commit` has to keep.
    private func append(_ request: RelayedRequest) -> RelayOutcome {
        let key = RelayLedger.Key(request)
        let name = Self.name(request)
        if ledger.contains(key, of: name) {
            status.repeatedRequests += 1
            return .durable
        }
        do throws(RingError) {
            try ring.append(.opaque, flags: .batchEnd) { _, bytes in RelayRecord.append(request, to: &bytes) }
        } catch {
            return refuse(request, error)
        }
        ledger.remember(key, of: name)
        status.appendedRequests += 1
        collectLosses()
        return .durable
    }

    private func refuse(_ request: RelayedRequest, _ error: RingError) -> RelayOutcome {
        switch error {
        case .recordTooLarge(let byteCount, let limit), .groupTooLarge(let byteCount, let limit):
            status.tooLargeRequests += 1
            status.tooLargeSamples += UInt64(request.unitCount)
            notices.append(.tooLarge(byteCount: byteCount, byteLimit: limit))
            return .tooLarge(byteCount: byteCount, byteLimit: limit)
        case .uncommittedLimit, .full, .noUsableSegment, .disk, .destinationRefused:
            note(failure: "\(error)")
            return .busy(retryAfterSeconds: 5)
        }
    }

    /// Makes everything durable; why not, where that fails. A disk that has failed is asked again once a second.
    @discardableResult
    private func commit(now: Int64) -> String? {
        if ring.isKeepingInMemory {
            guard now >= nextRetry else { return status.problem }
            ring.reconsiderFailedSegments()
        }
        writeLosses()
        do throws(RingError) {
            let proves = ring.uncommittedByteCount > 0 || ring.isKeepingInMemory
            try ring.commit { collectLosses() }
            if !unwritten.isEmpty {
                writeLosses()
                try ring.commit { collectLosses() }
            }
            if proves { noteRecovery() }
        } catch {
            collectLosses()
            nextRetry = now + Self.retryNanoseconds
            note(failure: "\(error)")
        }
        collectLosses()
        return status.problem.isEmpty ? nil : status.problem
    }

    private func note(failure: String) {
        if status.problem.isEmpty { notices.append(.degraded(failure)) }
        status.problem = failure
    }

    private func noteRecovery() {
        if !status.problem.isEmpty { notices.append(.recovered) }
        status.problem = ""
    }

    /// What is due without a request: a disk that failed, the cursor, the making of a segment. Answers whether there is
    /// more of the last.
    func keepUp(now: Int64) -> Bool {
        if ring.uncommittedByteCount > 0 || ring.isKeepingInMemory || !unwritten.isEmpty { commit(now: now) }
        defer { renewStatus() }
        do throws(RingError) {
            if isCursorDirty, now >= nextCursorWrite {
                nextCursorWrite = now + Self.cursorNanoseconds
                try ring.writeCursor()
                isCursorDirty = false
            }
            // One ahead is enough; all of them at once would be in the way of what comes.
            return ring.hasSpareSegment ? false : try ring.prepareStep()
        } catch {
            note(failure: "\(error)")
            return false
        }
    }

    /// Everything durable, so that the next start repeats nothing.
    func end(now: Int64) {
        nextRetry = .min
        commit(now: now)
        do throws(RingError) { try ring.writeCursor() } catch { note(failure: "\(error)") }
        renewStatus()
    }

    // MARK: Out

    /// The next record behind `last` and behind what is acknowledged; nil where there is none. Only what is durable, or
    /// what must do without while the disk takes no writes.
    func next(after last: RecordNumber) throws(RingError) -> RelayLoad? {
        var load: RelayLoad?
        let first = max(last, ring.cursor(of: Self.destination) ?? 0) + 1
        try ring.read(from: first, byteLimit: 1, includingUncommitted: ring.isKeepingInMemory) { header, bytes in
            if header.kind == .opaque, let request = RelayRecord.decode(bytes) {
                load = RelayLoad(record: header.number, content: .request(request))
            } else {
                load = RelayLoad(record: header.number, content: header.kind == .opaque ? .unreadable : .none)
            }
            return false
        }
        if let load { noteDamage(from: max(first, ring.oldestRecord), before: load.record) }
        return load
    }

    /// Records that are still in the ring's range and cannot be read.
    private func noteDamage(from first: RecordNumber, before end: RecordNumber) {
        guard first < end else { return }
        let isKnown = status.recentLosses.contains { $0.firstRecord <= first && $0.lastRecord >= end - 1 }
        if !isKnown { note(lost(.damaged, first...end - 1)) }
    }

    func acknowledge(through record: RecordNumber) {
        guard record <= ring.lastRecord else { return }
        ring.acknowledge(Self.destination, through: record)
        isCursorDirty = true
        renewStatus()
    }

    func takeNotices() -> [RelayNotice] {
        defer { notices.removeAll() }
        return notices
    }

    // MARK: Losses

    private func collectLosses() {
        for range in ring.takeOverwritten() {
            guard let first = range.firstUnacknowledged else { continue }
            // What nobody has been promised must be taken when it is sent again.
            if range.reason == .memoryFull { ledger.removeAll() }
            note(count(first...range.last, RelayLoss.Reason(range.reason), isReadable: range.isReadable))
        }
    }

    private func note(_ loss: RelayLoss) {
        status.note(loss)
        notices.append(.lost(loss))
        if unwritten.count == Self.unwrittenLimit { unwritten.removeFirst() }
        unwritten.append(loss)
    }

    private func count(
        _ records: ClosedRange<RecordNumber>, _ reason: RelayLoss.Reason, isReadable: Bool
    ) -> RelayLoss {
        var loss = RelayLoss(reason, records)
        guard isReadable else { return loss }
        do throws(RingError) {
            try ring.read(from: records.lowerBound, through: records.upperBound, includingUncommitted: true) {
                if $0.kind == .opaque, let summary = RelayRecord.summary(of: $1) { loss.add(summary.request) }
                return true
            }
        } catch {
            // What could not be read is in the range of records that the loss names.
        }
        return loss
    }

    private func writeLosses() {
        // Writing one down may need room itself and cost further records; not without end.
        for _ in 0..<8 where !unwritten.isEmpty {
            let loss = unwritten[0]
            do throws(RingError) {
                try ring.append(.gap) { _, bytes in loss.append(to: &bytes) }
            } catch {
                return
            }
            unwritten.removeFirst()
            collectLosses()
        }
    }

    /// What recovery found damaged, or replaced just before a crash, and nobody has written down yet.
    private func noteEarlierLosses(_ written: [RelayLoss]) {
        let acknowledged = ring.cursor(of: Self.destination) ?? 0
        for range in ring.recovery.damagedRanges where range.upperBound > acknowledged {
            let first = max(range.lowerBound, acknowledged + 1)
            let isKnown = written.contains { $0.firstRecord <= first && $0.lastRecord >= range.upperBound }
            if !isKnown { note(lost(.damaged, first...range.upperBound)) }
        }
        for range in ring.recovery.unrecordedLosses {
            guard let first = range.firstUnacknowledged else { continue }
            if written.contains(where: { $0.firstRecord <= first && $0.lastRecord >= range.last }) {
                ring.noteRecorded(segmentNumber: range.segmentNumber)
            } else {
                note(lost(.overwritten, first...range.last))
            }
        }
    }

    /// Records of which nothing can be read: each was a request, its samples are not known.
    private func lost(_ reason: RelayLoss.Reason, _ records: ClosedRange<RecordNumber>) -> RelayLoss {
        var loss = RelayLoss(reason, records)
        loss.requests = records.upperBound - records.lowerBound + 1
        return loss
    }

    private func renewStatus() {
        let fill = ring.fill
        status.lastRecord = ring.lastRecord
        status.lastDurableRecord = ring.lastDurableRecord
        status.oldestRecord = ring.oldestRecord
        status.acknowledgedRecord = ring.cursor(of: Self.destination) ?? 0
        status.usedByteCount = fill.unacknowledgedByteCount
        status.byteCount = fill.capacityByteCount
    }
}
