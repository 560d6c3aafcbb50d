internal import Glibc
internal import LinuxSystem

extension RingLog {
    /// How often one commit moves what it cannot write to another segment.
    private static var relocationLimit: Int { 2 }

    /// Makes everything appended so far durable. On an error it is all still in memory, readable with
    /// `includingUncommitted`, and the next `commit` writes it to another segment than the one that failed.
    ///
    /// Where a segment fails, others may have to be given up for what it was to hold, in the middle of this. Then
    /// `beforeLoss` is called while their records can still be read: the owner takes them by `takeOverwritten` and
    /// counts them. It must not append: what it has to say would need room, and cost further segments.
    package func commit(beforeLoss: () -> Void = {}) throws(RingError) {
        dropCondemned()
        do throws(RingError) {
            if isKeepingInMemory { try returnToDisk() }
            isReturning = true
            defer { isReturning = false }
            try writeEverything(beforeLoss)
            commitFailure = nil
        } catch {
            commitFailure = error
            throw error
        }
    }

    private func writeEverything(_ beforeLoss: () -> Void) throws(RingError) {
        var failure: SystemError?
        var relocationCount = 0
        if uncommittedByteCount > 0 {
            statistics.commitCount += 1
            try settleNames()
        }
        while let index = firstWaiting() {
            if open[index].hasFailed || open[index].isHomeless {
                if let failure {
                    guard relocationCount < Self.relocationLimit else { throw .disk(failure) }
                    try checkDisk(after: failure)
                }
                relocationCount += 1
                do throws(RingError) {
                    try relocate(from: index)
                } catch {
                    if let failure { throw .disk(failure) }
                    throw error
                }
                if !overwritten.isEmpty { beforeLoss() }
            }
            do throws(SystemError) {
                try writePending(index)
            } catch {
                failure = error
                noteFailure(of: index)
            }
        }
        forgetFinished()
        forgetRecorded()
        do throws(SystemError) { try removeSurplus() } catch { throw .disk(error) }
    }

    /// Once, before anything is written to a file that an earlier run may have named just before its end.
    private func settleNames() throws(RingError) {
        guard !areNamesDurable else { return }
        do throws(SystemError) { try disk.synchroniseNames() } catch { throw .disk(error) }
        areNamesDurable = true
    }

    private func firstWaiting() -> Int? {
        // What is written leaves its slot to those that have none, where they are more than the ring.
        forgetFinished()
        return open.firstIndex { !$0.pending.isEmpty }
    }

    /// Writes what waits for one segment, to the end of a page, and synchronises it.
    private func writePending(_ index: Int) throws(SystemError) {
        if open[index].hasHeader {
            guard let stored = segments.first(where: { $0.number == open[index].number }) else {
                preconditionFailure("an open segment with a header is stored")
            }
            try openWriter(stored.slot)
        } else {
            try materialise(index)
        }
        let recordByteCount = open[index].pending.count
        let padded = RingFormat.alignedUp(recordByteCount, to: RingFormat.pageByteCount)
        open[index].pending.append(contentsOf: repeatElement(0, count: padded - recordByteCount))
        do throws(SystemError) {
            // What the kernel has already may be on its way to the disk: it is not made to write it twice.
            let written = open[index].writtenByteCount
            try write(open[index].pending[written...], at: open[index].durableEnd + written)
            try synchroniseWriter()
        } catch {
            open[index].pending.removeLast(padded - recordByteCount)
            throw error
        }
        finishPending(index, byteCount: padded)
    }

    private func finishPending(_ index: Int, byteCount: Int) {
        open[index].durableEnd += byteCount
        open[index].writtenByteCount = 0
        open[index].pendingFirst = open[index].lastRecord + 1
        // A burst must not keep its memory for ever.
        open[index].pending.removeAll(keepingCapacity: byteCount <= 256 << 10)
        lastDurableRecord = open[index].lastRecord
        if let position = segments.firstIndex(where: { $0.number == open[index].number }) {
            segments[position].lastRecord = open[index].lastRecord
            segments[position].endOffset = open[index].durableEnd
        }
    }

    /// The pages just written may hold anything now, and no synchronisation will tell: they are not touched again
    /// before their slot's lap.
    private func noteFailure(of index: Int) {
        statistics.diskFailureCount += 1
        open[index].hasFailed = true
        writer = nil
        let stored = segments.first { $0.number == open[index].number }
        if let slot = stored?.slot ?? open[index].plan.victims.first {
            slots[slot]?.hasFailed = true
            slots[slot]?.isPlanned = false
        }
    }

    // MARK: Relocation

    /// Gives everything that waits, from the open segment at `index` on, new segments with higher numbers, and takes
    /// along the dictionary records it needs.
    private func relocate(from index: Int) throws(RingError) {
        let before = open
        let moving = open[index...]
        open.removeSubrange(index...)
        // Plans that will not be carried out free their slots.
        unplan(moving)
        for (position, segment) in zip(moving.indices, moving) where !segment.pending.isEmpty {
            if open.count > index, merge(segment, into: open.count - 1) { continue }
            let plan: SlotPlan
            let carried: [(RecordHeader, [UInt8])]
            do throws(RingError) {
                carried = try declarations(of: segment)
                plan = try planSlot()
            } catch {
                if open.count > index {
                    // Those that have a place are written first, which may free others.
                    for rest in moving[position...] { open.append(withoutPlace(rest)) }
                    return
                }
                unplan(open[index...])
                open = before
                for index in open.indices { open[index].hasFailed = open[index].hasFailed || !open[index].hasHeader }
                throw error
            }
            open.append(moved(segment, to: plan, carrying: carried))
            statistics.relocationCount += 1
        }
    }

    private func withoutPlace(_ segment: OpenSegment) -> OpenSegment {
        var homeless = segment
        homeless.isHomeless = true
        homeless.writtenByteCount = 0
        homeless.plan = SlotPlan(victims: [], isInPlace: false)
        return homeless
    }

    private func moved(
        _ old: OpenSegment, to plan: SlotPlan, carrying carried: [(RecordHeader, [UInt8])]
    ) -> OpenSegment {
        var new = newSegment(plan, firstRecord: old.pendingFirst)
        for (header, payload) in carried {
            payload.withUnsafeBytes { bytes in
                RecordFrame.append(
                    bytes, kind: header.kind, flags: header.flags.union(.carried), number: header.number, key: new.key,
                    to: &new.pending)
            }
        }
        let room = settings.segmentByteCount - RingFormat.pageByteCount
        if new.pending.count + old.pending.count > room { new.pending.removeAll() }
        Self.copy(old, into: &new)
        return new
    }

    /// Frames what waits in one segment for another, behind what waits there.
    private static func copy(_ old: OpenSegment, into new: inout OpenSegment) {
        old.pending.withUnsafeBytes { bytes in
            Self.walk(bytes, key: old.key) { frame, payload in
                RecordFrame.append(
                    payload, kind: frame.kind, flags: frame.flags, number: frame.number, key: new.key,
                    to: &new.pending)
            }
        }
        new.lastRecord = old.lastRecord
    }

    /// Puts a segment that was begun in memory behind another that moves, where both fit into one, so that what was
    /// kept in small pieces does not take a slot for each.
    private func merge(_ old: OpenSegment, into index: Int) -> Bool {
        let room = settings.segmentByteCount - RingFormat.pageByteCount
        guard old.isHomeless, open[index].pending.count + old.pending.count <= room else { return false }
        Self.copy(old, into: &open[index])
        return true
    }

    /// The declarations that are durable in a segment whose records move. What is damaged is left behind: the samples
    /// that need it will be counted as undeclared by their decoder. A file that cannot be opened for want of descriptors
    /// or memory is not damaged, so nothing moves until it can.
    private func declarations(of old: OpenSegment) throws(RingError) -> [(RecordHeader, [UInt8])] {
        guard let stored = segments.first(where: { $0.number == old.number }) else { return [] }
        let file: Disk.File
        do throws(SystemError) {
            file = try disk.open(RingSlot.fileName(stored.slot))
        } catch {
            if [EMFILE, ENFILE, ENOMEM].contains(error.errorNumber) { throw .disk(error) }
            return []
        }
        var reader = SegmentReader(
            file, key: SegmentKey(ringID: ringID, segmentNumber: stored.number), firstRecord: stored.firstRecord,
            lastRecord: stored.lastRecord, endOffset: stored.endOffset, after: stored.firstRecord - 1)
        var found: [(RecordHeader, [UInt8])] = []
        let collect = { (header: RecordHeader, payload: UnsafeRawBufferPointer) in
            guard header.kind == .dictionary, !header.flags.contains(.repeated) else { return }
            found.append((header, Array(payload)))
        }
        while reader.next(collect) != nil {}
        return found
    }

    /// Visits framed records in memory; the log wrote them, so they are not verified again.
    static func walk(
        _ bytes: UnsafeRawBufferPointer, key: SegmentKey, _ visit: (RecordFrame, UnsafeRawBufferPointer) -> Void
    ) {
        var offset = 0
        while offset < bytes.count, let frame = RecordFrame(at: offset, in: bytes, key: key) {
            let start = offset + RingFormat.recordHeaderByteCount
            visit(frame, UnsafeRawBufferPointer(rebasing: bytes[start..<start + frame.payloadByteCount]))
            offset += frame.byteCount
        }
    }

    /// Tries segments again that failed to take a write, and new files; what failed segments hold is replaced when
    /// their lap comes.
    package func reconsiderFailedSegments() {
        isGrowthBlocked = false
        makingFailureCount = 0
        for index in slots.keys { slots[index]?.hasFailed = false }
    }
}
