internal import BatchRecord
internal import MetricModel
internal import RingLog

/// The ring with its encoder, and what has become of them: what `AgentBuffer` guards with its lock.
struct BufferState<Disk: RingDisk> {
    private(set) var ring: RingLog<Disk>
    private var encoder = BatchRecordEncoder()
    /// CLOCK_BOOTTIME of the oldest append that waits for a commit.
    private(set) var uncommittedSince: Int64?
    /// Opening took over what an earlier process had not committed.
    private(set) var hasUnsynced = false
    private var gaps: GapJournal
    private var usage = BufferUsage()
    /// What the encoders of earlier rings refused.
    private var earlierRefusedSamples: UInt64 = 0
    /// Gaps that the ring has not taken yet.
    private var unwrittenGaps: [GapRecord] = []
    private static var unwrittenGapLimit: Int { 1000 }
    /// Gaps that opening the ring has found, and written down.
    private var foundGaps: [GapRecord] = []
    var status: BufferStatus

    /// A ring in memory, for as long as the disk cannot be opened.
    init(detached ring: RingLog<Disk>, origin: GapOrigin?) {
        self.ring = ring
        gaps = GapJournal(origin)
        status = BufferStatus(recovery: ring.recovery)
        status.problem = ring.commitFailure.map { "\($0)" } ?? ""
        renewStatus()
    }

    /// Opens the ring on `disk` or begins one, for these destinations: the cursors of others are dropped.
    init(
        opening disk: Disk, refuge: Disk?, settings: RingSettings, destinations: [String], origin: GapOrigin?
    ) throws(RingError) {
        var journal = GapJournal(origin)
        var time = BufferTime()
        let decoder = BatchRecordDecoder()
        var unreadableCount = 0
        ring = try RingLog(opening: disk, refuge: refuge, settings: settings) { header, bytes in
            time.take(header, bytes, decoder)
            guard header.kind == .gap else { return }
            do throws(BatchRecordError) {
                journal.recover(try GapRecord(decoding: bytes))
            } catch {
                unreadableCount += 1
            }
        }
        gaps = journal
        hasUnsynced = ring.recovery.unsyncedRecords != nil
        status = BufferStatus(recovery: ring.recovery)
        // A new destination begins with what there is, so it would know of no loss before that.
        let acknowledgedBefore = acknowledgedThrough ?? 0
        for name in ring.destinations where !destinations.contains(name) { ring.removeDestination(name) }
        for name in destinations { try ring.addDestination(name) }
        time.noteAttempts(of: ring)
        status.time = time
        let acknowledged = min(acknowledgedBefore, acknowledgedThrough ?? ring.lastRecord)
        noteMissing(behind: acknowledged)
        try recordEarlierLosses(behind: acknowledged)
        renewStatus()
    }

    mutating func append(_ batch: SampleBatch) throws(AgentBufferError) {
        gaps.note(batch.clock)
        let records: Range<RecordNumber>
        do throws(RingError) {
            records = try append(batch, flags: [])
        } catch {
            status.failureCount += 1
            throw .notAppended(error)
        }
        status.appendedSamples += UInt64(batch.samples.count)
        status.refusedSamples = earlierRefusedSamples + encoder.refusedSampleCount
        // Before anything else is appended, which may cost what this has put out of the memory.
        collectLosses()
        correctLate(batch.clock, records, samples: batch.samples.count)
        noteUncommitted(batch.clock.bootNanoseconds)
        recordLosses()
    }

    private mutating func append(
        _ batch: SampleBatch, flags: RecordFlags
    ) throws(RingError) -> Range<RecordNumber> {
        let records = try ring.appendGroup { context, group in
            encoder.encode(batch, at: RecordPlace(context)) { record, bytes in
                switch record {
                case .dictionary(let isRepeated):
                    group.add(.dictionary, flags: isRepeated ? .repeated : [], bytes)
                case .samples(let isBatchEnd):
                    group.add(.samples, flags: isBatchEnd ? flags.union(.batchEnd) : flags, bytes)
                }
            }
        }
        encoder.confirm()
        status.time.note(batch.clock, lastRecord: ring.lastRecord)
        return records
    }

    mutating func append(_ record: StateRecord, bootNanoseconds now: Int64) throws(AgentBufferError) {
        try append(.state, bootNanoseconds: now) { record.encode(into: &$0) }
    }

    /// Appends a record that stands alone.
    mutating func append(
        _ kind: RecordKind, bootNanoseconds now: Int64, encode: (inout [UInt8]) -> Void
    ) throws(AgentBufferError) {
        do throws(RingError) {
            try ring.append(kind) { _, bytes in encode(&bytes) }
        } catch {
            status.failureCount += 1
            throw .notAppended(error)
        }
        noteUncommitted(now)
        recordLosses()
    }

    /// Makes everything durable. While flash takes no writes it is asked only with `retrying`, which the buffer's
    /// keeper does with back-off, and everybody else is told so at once.
    ///
    /// Only bytes that reached the disk end a problem: a commit of nothing proves nothing.
    mutating func commit(retrying: Bool = false) throws(AgentBufferError) {
        recordLosses()
        if !retrying, ring.isKeepingInMemory, let failure = ring.commitFailure { throw .notDurable(failure) }
        let proves = ring.uncommittedByteCount > 0 || ring.isKeepingInMemory
        do throws(RingError) {
            // A segment that fails may cost others: they are counted while they can be read.
            try ring.commit { collectLosses() }
            if !unwrittenGaps.isEmpty {
                // Written down at once, because the loss is durable already.
                recordLosses()
                try ring.commit { collectLosses() }
            }
        } catch {
            status.failureCount += 1
            recordLosses()
            throw .notDurable(error)
        }
        uncommittedSince = nil
        hasUnsynced = false
        if proves { status.problem = "" }
        // What was given up on the way is written down with the next commit.
        recordLosses()
    }

    /// Lets what was appended survive the end of this process. Once a segment, and where the disk refuses the bytes, that
    /// takes a commit; where that fails, it stays in memory, which is no fault of who appended it.
    mutating func writeThrough() {
        if !ring.isCommitDue && ring.writeThrough() { return }
        do throws(AgentBufferError) { try commit() } catch { status.problem = "\(error)" }
    }

    private mutating func noteUncommitted(_ now: Int64) {
        if uncommittedSince == nil { uncommittedSince = now }
    }

    /// Opens the ring on the disk that could not be opened before, and takes over what is in memory.
    ///
    /// On an error all stays as it was. Once it is durable, the records have new numbers in another ring: whoever has
    /// planned with the old ones begins anew.
    mutating func reattach(
        refuge: Disk?, settings: RingSettings, destinations: [String]
    ) throws(AgentBufferError) {
        do throws(RingError) {
            var opened = try BufferState(
                opening: ring.disk, refuge: refuge, settings: settings, destinations: destinations, origin: nil)
            let moves = try opened.ring.takeOver(ring)
            opened.status.time.takeOver(status.time, moves)
            for correction in opened.status.time.corrections.takenOver {
                try opened.ring.append(.timeCorrection) { _, bytes in correction.encode(into: &bytes) }
            }
            let victims = opened.countLosses()
            for gap in victims { try opened.write(gap) }
            try opened.ring.commit()
            for gap in opened.gaps.recent.dropLast(opened.foundGaps.count) { gaps.recover(gap) }
            for gap in opened.foundGaps + victims { gaps.add(gap) }
            ring = opened.ring
            status.recovery = opened.status.recovery
            status.time = opened.status.time
        } catch {
            status.failureCount += 1
            throw .notDurable(error)
        }
        earlierRefusedSamples += encoder.refusedSampleCount
        encoder = BatchRecordEncoder()
        uncommittedSince = nil
        hasUnsynced = false
        status.problem = ""
        appendGaps()
    }

    // MARK: Losses

    /// Counts what was unsent in segments that are about to go, and writes it down: as gap records at once, as samples
    /// once a batch has told the time.
    private mutating func recordLosses() {
        // Writing a gap down may need room itself, and take another segment; not without end.
        for _ in 0..<8 {
            collectLosses()
            if unwrittenGaps.isEmpty && gaps.waitingCount == 0 { return }
            guard writeGaps() else { return }
            appendGaps()
        }
    }

    private mutating func collectLosses() {
        for gap in countLosses() {
            gaps.add(gap)
            if unwrittenGaps.count == Self.unwrittenGapLimit { unwrittenGaps.removeFirst() }
            unwrittenGaps.append(gap)
        }
    }

    /// Writes down what waits to be; false where the ring takes nothing, and then all of it waits on.
    ///
    /// Each record may cost the memory its oldest, which goes with the next: it is counted in between.
    private mutating func writeGaps() -> Bool {
        for _ in 0..<unwrittenGaps.count {
            guard let gap = unwrittenGaps.first else { break }
            do throws(RingError) {
                try write(gap)
            } catch {
                note(error)
                return false
            }
            unwrittenGaps.removeFirst()
            collectLosses()
        }
        return true
    }

    private mutating func countLosses() -> [GapRecord] {
        ring.takeOverwritten().compactMap { range in
            range.firstUnacknowledged.map { LostSamples.count(in: ring, first: $0, range: range) }
        }
    }

    private func write(_ gap: GapRecord) throws(RingError) {
        try ring.append(.gap) { _, bytes in gap.encode(into: &bytes) }
    }

    private mutating func note(_ error: RingError) {
        status.failureCount += 1
        status.problem = "\(error)"
    }

    private mutating func appendGaps() {
        for _ in 0..<gaps.waitingCount {
            guard let batch = gaps.takeBatch() else { return }
            do throws(RingError) { _ = try append(batch, flags: .alone) } catch { note(error) }
            collectLosses()
        }
    }

    /// What every destination has acknowledged; nil without any.
    private var acknowledgedThrough: RecordNumber? { ring.destinations.compactMap { ring.cursor(of: $0) }.min() }

    /// Counts as damaged what is missing with its segment: not what all have acknowledged, nor what a gap names already,
    /// which may have been given up for a smaller buffer.
    private mutating func noteMissing(behind acknowledged: RecordNumber) {
        for range in ring.recovery.missingRanges {
            let first = max(range.lowerBound, acknowledged + 1, gaps.lastNamed(in: range) + 1)
            status.recovery.noteDamage(from: first, upTo: range.upperBound + 1)
        }
    }

    /// Records that recovery found damaged, or replaced before a crash, and nobody has written down yet.
    private mutating func recordEarlierLosses(behind acknowledged: RecordNumber) throws(RingError) {
        var unknown: [GapRecord] = []
        for range in status.recovery.damagedRanges where range.upperBound > acknowledged && !gaps.knowsDamage(range) {
            unknown.append(UnreadableGaps.gap(.damaged, max(range.lowerBound, acknowledged + 1)...range.upperBound))
        }
        for range in ring.recovery.unrecordedLosses {
            guard let first = range.firstUnacknowledged else { continue }
            if gaps.lastNamed(in: first...range.last) == range.last {
                ring.noteRecorded(segmentNumber: range.segmentNumber)
            } else {
                unknown.append(UnreadableGaps.gap(.overwritten, first...range.last))
            }
        }
        foundGaps = try UnreadableGaps.placed(unknown, in: ring)
        for gap in foundGaps {
            gaps.add(gap)
            try write(gap)
        }
    }

    // MARK: Status

    /// Brings the rates up to date, and what takes reading the ring. For the keeper, every few seconds.
    mutating func observe(bootNanoseconds now: Int64) {
        usage.note(ring.statistics, bootNanoseconds: now)
        status.usage = usage
        let oldest = ring.fill.oldestUnacknowledgedRecord
        if oldest != status.oldestUnsentRecord || status.oldestUnsentUnixMilliseconds == nil {
            status.oldestUnsentRecord = oldest
            status.oldestUnsentUnixMilliseconds = oldest.flatMap { firstSampleTime(from: $0) }
        }
    }

    private func firstSampleTime(from first: RecordNumber) -> Int64? {
        let decoder = BatchRecordDecoder()
        var time: Int64?
        do throws(RingError) {
            _ = try ring.read(from: first, includingUncommitted: true) { header, bytes in
                guard header.kind == .samples else { return true }
                do throws(BatchRecordError) {
                    let summary = try decoder.summary(of: bytes)
                    if summary.sampleCount > 0 { time = summary.firstUnixMilliseconds }
                } catch {
                    // One that cannot be read has no time; the next one has.
                }
                return time == nil
            }
        } catch {
            return nil
        }
        return time
    }

    mutating func renewStatus() {
        status.renew(from: ring)
        // An append may be the first to find out; it keeps its records in memory and does not fail.
        if status.degraded != nil, status.problem.isEmpty, let failure = ring.commitFailure {
            status.problem = "\(failure)"
        }
        status.gaps = gaps.recent
        status.lostSamplesByReason = gaps.lostSamples
        status.earlierLostSamples = gaps.earlierLostSamples
    }
}

extension RecordPlace {
    init(_ context: SegmentContext) {
        self.init(
            segmentNumber: context.segmentNumber, recordNumber: context.recordNumber, byteOffset: context.byteOffset,
            recordByteLimit: context.recordByteLimit)
    }
}
