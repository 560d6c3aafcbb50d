internal import Glibc
internal import LinuxSystem

// A disk that takes no writes (DESIGN.md, "Without a disk").
extension RingLog {
    /// Whether appends stay in memory, because the last `commit` failed and the ring may lose its oldest.
    package var isKeepingInMemory: Bool { commitFailure != nil && settings.policy == .overwriteOldest }

    /// What is dropped at once when the memory is full: a sixteenth of it.
    private var memorySegmentByteCount: Int {
        min(settings.uncommittedByteLimit / 16, (settings.segmentByteCount - RingFormat.pageByteCount) / 2)
    }

    /// A segment that the disk has refused is not continued: what comes after the failure begins one with its own
    /// dictionary, so that it needs nothing that only the disk has.
    var isMemorySegmentDue: Bool {
        guard isKeepingInMemory, !isReturning, let last = open.last else { return false }
        return !last.isHomeless || last.pending.count >= memorySegmentByteCount
    }

    func openInMemory() {
        var segment = newSegment(SlotPlan(victims: [], isInPlace: false), firstRecord: lastRecord + 1)
        segment.isHomeless = true
        open.append(segment)
        forgetFinished()
    }

    /// Reports the oldest of what is in memory as lost where it is more than the limit. It goes with the next append or
    /// commit, so that the owner can count it.
    func condemnOldest() {
        guard isKeepingInMemory, !isReturning else { return }
        var kept = open.reduce(0) { $0 + ($1.isCondemned ? 0 : $1.pending.count) }
        for index in open.indices.dropLast() where kept >= settings.uncommittedByteLimit {
            if open[index].isCondemned || open[index].pending.isEmpty { continue }
            open[index].isCondemned = true
            kept -= open[index].pending.count
            let (first, last) = (open[index].pendingFirst, open[index].lastRecord)
            overwritten.append(
                OverwrittenRange(
                    reason: .memoryFull, segmentNumber: open[index].number, first: first, last: last,
                    firstUnacknowledged: firstUnacknowledged(through: last).map { max($0, first) }, isReadable: true))
        }
    }

    func dropCondemned() {
        for index in open.indices where open[index].isCondemned {
            let (first, last) = (open[index].pendingFirst, open[index].lastRecord)
            statistics.droppedRecordCount += last - first + 1
            if firstUnacknowledged(through: last) != nil { lastDroppedRecord = last }
            drop(index)
        }
        forgetFinished()
    }

    /// While the disk takes no writes, what every destination has acknowledged need not be kept for it.
    func releaseAcknowledged() {
        guard isKeepingInMemory, let through = cursors.places.values.map(\.through).min() else { return }
        for index in open.indices.dropLast() where open[index].lastRecord <= through { drop(index) }
        forgetFinished()
    }

    /// Takes back everything that waits for `commit`, where that has failed and whoever gave it was told that it was not
    /// taken: a ring that refuses would keep it before what comes next, which may be less and find room.
    ///
    /// Its numbers are given again. What of it reached the disk all the same counts until others have them, so that a crash
    /// may bring it back, as one in the middle of a commit does.
    package func withdrawUncommitted() {
        precondition(settings.policy == .refuse && refuge == nil, "others keep what they have said they would")
        for index in open.indices where !open[index].pending.isEmpty {
            statistics.refusedRecordCount += open[index].lastRecord - open[index].pendingFirst + 1
            drop(index)
        }
        let begun = open.filter { !$0.hasHeader }
        unplan(begun)
        // Behind a header that the disk may have, no earlier segment counts.
        open.removeAll { !$0.hasHeader || $0.number < triedSegmentNumber }
        forgetFinished()
        lastRecord = lastDurableRecord
        precondition(
            open.last.map { $0.pendingFirst == lastRecord + 1 } ?? true, "what waits begins behind what is durable")
    }

    private func drop(_ index: Int) {
        open[index].pending = []
        open[index].writtenByteCount = 0
        open[index].isCondemned = false
        open[index].lastRecord = open[index].pendingFirst - 1
    }

    // MARK: The way back

    /// Sees whether the disk takes writes again, before any segment is given up for what is in memory.
    func returnToDisk() throws(RingError) {
        if isDetached, let commitFailure { throw commitFailure }
        try writeTrialPage()
        reconsiderFailedSegments()
    }

    /// After a write to one segment has failed, sees whether the disk takes any, before the oldest segments are given
    /// up one after the other for the same records. A full file system takes writes to what is there.
    func checkDisk(after failure: SystemError) throws(RingError) {
        guard settings.policy == .overwriteOldest, failure.errorNumber != ENOSPC, failure.errorNumber != EDQUOT
        else { return }
        do throws(RingError) {
            try writeTrialPage()
        } catch {
            throw .disk(failure)
        }
    }

    /// The cursor's next page, which may be written at any time. Where there is no space to make the cursor file, the
    /// segments may still take writes.
    private func writeTrialPage() throws(RingError) {
        isCursorDirty = true
        do throws(RingError) {
            try writeCursor()
        } catch {
            guard case .disk(let failure) = error, failure.errorNumber == ENOSPC || failure.errorNumber == EDQUOT
            else { throw error }
        }
    }

    /// Appends everything that waits in a detached ring, under new numbers, and answers which became which. Its segments
    /// in memory stay whole, so that each comes with its dictionary.
    package func takeOver(_ detached: RingLog) throws(RingError) -> [RecordMove] {
        precondition(detached.isDetached, "a ring on a disk keeps its records")
        var moves: [RecordMove] = []
        for segment in detached.open where !segment.pending.isEmpty && !segment.isCondemned {
            let numbers = try appendGroup { _, group in
                segment.pending.withUnsafeBytes { bytes in
                    Self.walk(bytes, key: segment.key) { frame, payload in
                        group.add(frame.kind, flags: frame.flags, payload)
                    }
                }
            }
            moves.append(
                RecordMove(first: segment.pendingFirst, last: segment.lastRecord, newFirst: numbers.lowerBound))
        }
        return moves
    }
}
