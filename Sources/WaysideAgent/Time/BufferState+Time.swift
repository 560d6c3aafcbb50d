internal import BatchRecord
internal import MetricModel
internal import RingLog

extension BufferState {
    /// The most boots of which the batches are placed; older ones keep the times they have.
    private static var bootLimit: Int { 256 }

    /// Writes down that everything through `last` may have been sent, where something could still be corrected. It is to
    /// be durable before the request goes out.
    mutating func noteAttempt(through last: RecordNumber, bootNanoseconds now: Int64) throws(AgentBufferError) {
        guard last > status.time.attemptedThrough else { return }
        let matters = status.time.attemptedThrough < status.time.lastUnsynchronisedRecord
        status.time.attemptedThrough = last
        guard matters else { return }
        let record = StateRecord(owner: BufferTime.attemptOwner, lastAppliedRecord: last, payload: [])
        try append(record, bootNanoseconds: now)
    }

    /// Times by `clock` what was taken in its boot before anyone knew better, and was never tried at any destination.
    /// Answers how many samples that moves.
    mutating func correct(by clock: ClockReading) throws(AgentBufferError) -> UInt64 {
        var correction = TimeCorrectionRecord(
            bootID: clock.bootID, firstRecord: 0, lastRecord: 0, bootUnixMilliseconds: clock.bootUnixMilliseconds,
            isUncertain: false)
        status.time.lastSet = (correction, clock.bootNanoseconds)
        status.time.corrections.forget(before: ring.oldestRecord)
        let time = status.time
        var samples: UInt64 = 0
        var first = max(time.attemptedThrough + 1, ring.oldestRecord)
        if !clock.isSynchronised { first = max(first, time.lastSynchronisedRecord + 1) }
        guard first <= time.lastUnsynchronisedRecord else { return 0 }
        try visitSamples(from: first, through: time.lastUnsynchronisedRecord) { record, summary in
            guard !summary.clock.isSynchronised, summary.clock.bootID == clock.bootID else { return }
            // All are named, also those that are right, so that this one replaces those before it.
            if correction.firstRecord == 0 { correction.firstRecord = record }
            correction.lastRecord = record
            let isMoved = correction.isNews(time.corrections.bootUnixMilliseconds(of: record, summary.clock))
            if isMoved { samples += UInt64(summary.sampleCount) }
        }
        if clock.isSynchronised {
            status.time.lastSynchronisedRecord = max(time.lastSynchronisedRecord, time.lastUnsynchronisedRecord)
        }
        guard samples > 0 else { return 0 }
        return try append(correction, samples: samples, bootNanoseconds: clock.bootNanoseconds) ? samples : 0
    }

    /// A batch whose clock was read before the clock was set, and that came after: it is moved like those before it.
    mutating func correctLate(_ clock: ClockReading, _ records: Range<RecordNumber>, samples: Int) {
        guard let set = status.time.lastSet, !records.isEmpty, !clock.isSynchronised,
            clock.bootID == set.correction.bootID, clock.bootNanoseconds < set.bootNanoseconds,
            set.correction.isNews(clock.bootUnixMilliseconds)
        else { return }
        var correction = set.correction
        correction.firstRecord = records.lowerBound
        correction.lastRecord = records.upperBound - 1
        do throws(AgentBufferError) {
            _ = try append(correction, samples: UInt64(samples), bootNanoseconds: clock.bootNanoseconds)
        } catch {
            // The batch is in the ring, with the time it had; its owner must not give it again.
            status.time.refusedCorrections += 1
        }
    }

    /// Places the batches of boots that are over.
    mutating func placeEarlierBoots(
        running bootID: BootID, now: ClockReading?, floorUnixMilliseconds floor: Int64, bootNanoseconds: Int64
    ) throws(AgentBufferError) -> [EarlierBoots.Placement] {
        guard status.time.attemptedThrough < status.time.lastUnsynchronisedRecord else { return [] }
        let time = status.time
        var spans: [BootSpan] = []
        var refused: UInt64 = 0
        try visitSamples(from: ring.oldestRecord, through: ring.lastRecord) { record, summary in
            if spans.last?.bootID != summary.clock.bootID {
                if spans.count == Self.bootLimit {
                    if spans[0].open != nil { refused += 1 }
                    spans.removeFirst()
                }
                spans.append(BootSpan(bootID: summary.clock.bootID))
            }
            spans[spans.count - 1].add(record, summary, time)
        }
        status.time.refusedCorrections += refused
        let placements = EarlierBoots.place(spans, running: bootID, now: now, floorUnixMilliseconds: floor)
        var made: [EarlierBoots.Placement] = []
        for placement in placements
        where try append(placement.correction, samples: placement.sampleCount, bootNanoseconds: bootNanoseconds) {
            made.append(placement)
        }
        return made
    }

    private mutating func append(
        _ correction: TimeCorrectionRecord, samples: UInt64, bootNanoseconds now: Int64
    ) throws(AgentBufferError) -> Bool {
        guard !status.time.corrections.isFull else {
            status.time.refusedCorrections += 1
            return false
        }
        try append(.timeCorrection, bootNanoseconds: now) { correction.encode(into: &$0) }
        status.time.corrections.add(correction)
        if correction.isUncertain {
            status.time.uncertainSamples += samples
        } else {
            status.time.retimedSamples += samples
        }
        return true
    }

    private func visitSamples(
        from first: RecordNumber, through last: RecordNumber,
        _ visit: (RecordNumber, BatchRecordDecoder.Summary) -> Void
    ) throws(AgentBufferError) {
        let decoder = BatchRecordDecoder()
        do throws(RingError) {
            try ring.read(from: first, through: last, includingUncommitted: true) { header, bytes in
                guard header.kind == .samples else { return true }
                do throws(BatchRecordError) {
                    visit(header.number, try decoder.summary(of: bytes))
                } catch {
                    // Damage and later versions are counted by those who read the records for their samples.
                }
                return true
            }
        } catch { throw .notAppended(error) }
    }
}

extension TimeCorrectionRecord {
    /// Whether it moves a batch that was timed by such a clock by more than is worth it.
    fileprivate func isNews(_ bootUnixMilliseconds: Int64) -> Bool {
        (self.bootUnixMilliseconds &- bootUnixMilliseconds).magnitude > TimeJudge.stepMilliseconds.magnitude
    }
}

extension BufferTime {
    /// Takes how far the destinations' cursors say that requests were tried.
    mutating func noteAttempts<Disk: RingDisk>(of ring: RingLog<Disk>) {
        for name in ring.destinations {
            attemptedThrough = max(attemptedThrough, ring.cursor(of: name) ?? 0, ring.attempted(of: name) ?? 0)
        }
    }
}
