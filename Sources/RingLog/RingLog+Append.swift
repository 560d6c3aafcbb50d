extension RingLog {
    /// Appends one record and answers its number. It is durable after the next `commit`.
    ///
    /// `encode` appends the record's bytes. It is called again with the next segment's context where they do not fit
    /// into this one, and must not call the log.
    @discardableResult
    package func append(
        _ kind: RecordKind, flags: RecordFlags = [], encode: (SegmentContext, inout [UInt8]) -> Void
    ) throws(RingError) -> RecordNumber {
        try appendGroup { context, group in
            group.add(kind, flags: flags) { encode(context, &$0) }
        }.lowerBound
    }

    /// Appends records that must be in one segment, and answers the numbers they got; empty where `encode` added none.
    ///
    /// `encode` is called again with an empty group and the next segment's context where they do not fit into this
    /// segment, and must not call the log. All are appended or, on an error, none.
    @discardableResult
    package func appendGroup(
        encode: (SegmentContext, inout RecordGroup) -> Void
    ) throws(RingError) -> Range<RecordNumber> {
        do throws(RingError) {
            dropCondemned()
            guard uncommittedByteCount < settings.uncommittedByteLimit else {
                throw .uncommittedLimit(byteLimit: settings.uncommittedByteLimit)
            }
            if open.isEmpty || isMemorySegmentDue { try openNext() }
            var byteCount = try encodeGroup(encode)
            if byteCount > settings.segmentByteCount - open[open.count - 1].nextOffset {
                if open[open.count - 1].nextOffset > RingFormat.pageByteCount {
                    try openNext()
                    byteCount = try encodeGroup(encode)
                }
                let limit = settings.segmentByteCount - RingFormat.pageByteCount
                guard byteCount <= limit else { throw .groupTooLarge(byteCount: byteCount, byteLimit: limit) }
            }
        } catch {
            statistics.refusedRecordCount += UInt64(max(group.entries.count, 1))
            group.removeAll()
            throw error
        }
        let numbers = takeGroup()
        condemnOldest()
        return numbers
    }

    /// Fills `group` for the segment that is open now, and answers what it takes there.
    private func encodeGroup(_ encode: (SegmentContext, inout RecordGroup) -> Void) throws(RingError) -> Int {
        let segment = open[open.count - 1]
        let context = SegmentContext(
            segmentNumber: segment.number, recordNumber: lastRecord + 1, byteOffset: segment.nextOffset,
            segmentByteCount: settings.segmentByteCount, recordByteLimit: settings.recordByteLimit)
        group.removeAll()
        encode(context, &group)
        var byteCount = 0
        for entry in group.entries {
            guard entry.bytes.count <= settings.recordByteLimit else {
                throw .recordTooLarge(byteCount: entry.bytes.count, byteLimit: settings.recordByteLimit)
            }
            byteCount += RingFormat.recordByteCount(entry.bytes.count)
        }
        return byteCount
    }

    private func takeGroup() -> Range<RecordNumber> {
        let first = lastRecord + 1
        let last = open.count - 1
        group.bytes.withUnsafeBytes { bytes in
            for entry in group.entries {
                lastRecord += 1
                RecordFrame.append(
                    UnsafeRawBufferPointer(rebasing: bytes[entry.bytes]), kind: entry.kind,
                    flags: entry.flags.subtracting(.carried), number: lastRecord, key: open[last].key,
                    to: &open[last].pending)
                if entry.kind == .gap { lastGapRecord = lastRecord }
            }
        }
        open[last].lastRecord = lastRecord
        statistics.appendedRecordCount += UInt64(group.entries.count)
        statistics.payloadByteCount += UInt64(group.bytes.count)
        group.removeAll()
        return first..<lastRecord + 1
    }

    /// Begins the next segment, in memory; its file is chosen now and touched by `commit`.
    private func openNext() throws(RingError) {
        if isKeepingInMemory && !isReturning { return openInMemory() }
        let plan: SlotPlan
        do throws(RingError) {
            plan = try planSlot()
        } catch {
            // Where no file can be made and none is there, this is known before a commit has failed.
            guard case .noUsableSegment = error, settings.policy == .overwriteOldest, !isReturning else { throw error }
            commitFailure = makingFailure.map { .disk($0) } ?? error
            return openInMemory()
        }
        open.append(newSegment(plan, firstRecord: lastRecord + 1))
        forgetFinished()
    }

    /// Keeps of the open segments those that wait for `commit` and the last. A place that was planned for one of the
    /// others is free again. A ring that refuses keeps all until the last has its header: what it was begun for may be taken
    /// back, and what is less may have room before it.
    func forgetFinished() {
        guard let last = open.last?.number else { return }
        if settings.policy == .refuse, open.last?.hasHeader == false { return }
        let finished = open.filter { $0.pending.isEmpty && $0.number != last }
        guard !finished.isEmpty else { return }
        unplan(finished)
        open.removeAll { $0.pending.isEmpty && $0.number != last }
    }

    /// Frees the slots of segments that will not be written where they were to be.
    func unplan(_ segments: some Sequence<OpenSegment>) {
        for segment in segments where !segment.hasHeader {
            for victim in segment.plan.victims { slots[victim]?.isPlanned = false }
        }
    }

    func newSegment(_ plan: SlotPlan, firstRecord: RecordNumber) -> OpenSegment {
        let number = nextSegmentNumber
        nextSegmentNumber += 1
        return OpenSegment(
            number: number, key: SegmentKey(ringID: ringID, segmentNumber: number), firstRecord: firstRecord,
            plan: plan, pendingFirst: firstRecord, lastRecord: firstRecord - 1)
    }
}
