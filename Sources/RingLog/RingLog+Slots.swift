internal import Glibc
internal import LinuxSystem

extension RingLog {
    // MARK: Choosing

    /// Decides where the next segment goes: a file never used, a new file, or those whose turn it is to be replaced.
    /// Changes nothing on the disk; what will be lost is put into `overwritten`.
    func planSlot() throws(RingError) -> SlotPlan {
        if let empty = candidates().first(where: { $0.content == .empty && isRightSize($0) }) {
            return plan([empty], isInPlace: true)
        }
        var victims: [RingSlot] = []
        var total = plannedByteCount
        var rest = candidates()
        while isGrowthBlocked && victims.isEmpty || total + settings.segmentByteCount > settings.byteCount {
            guard !rest.isEmpty else { throw nothingLeft() }
            let victim = rest.removeFirst()
            guard mayReplace(victim) else {
                // A ring that has its size is full; one that the disk keeps from growing has a disk that is.
                let isWhole = total + settings.segmentByteCount > settings.byteCount
                throw isWhole ? .full(byteCount: settings.byteCount) : nothingLeft()
            }
            if victims.isEmpty && isRightSize(victim) { return plan([victim], isInPlace: true) }
            victims.append(victim)
            total -= victim.byteCount
        }
        return plan(victims, isInPlace: false)
    }

    /// The slots that may be replaced, in their turn.
    private func candidates() -> [RingSlot] {
        let busy = Set(open.map(\.number))
        return slots.values.filter { slot in
            if slot.hasFailed || slot.isSurplus || slot.isPlanned { return false }
            if case .segment(let number) = slot.content { return !busy.contains(number) }
            return true
        }.sorted { ($0.lap, $0.index) < ($1.lap, $1.index) }
    }

    /// The size of all files once every open segment has its own.
    private var plannedByteCount: Int {
        let kept = slots.values.reduce(0) { $0 + ($1.isSurplus || $1.isPlanned ? 0 : $1.byteCount) }
        return kept + open.count { !$0.hasHeader } * settings.segmentByteCount
    }

    private func isRightSize(_ slot: RingSlot) -> Bool { slot.byteCount == settings.segmentByteCount }

    private func mayReplace(_ slot: RingSlot) -> Bool {
        guard settings.policy == .refuse, let segment = segment(in: slot), segment.lastRecord >= segment.firstRecord
        else { return true }
        let through = cursors.places.values.map(\.through).min() ?? 0
        return segment.lastRecord <= through
    }

    private func nothingLeft() -> RingError {
        let failedCount = slots.values.count { $0.hasFailed }
        if failedCount > 0 || isGrowthBlocked { return .noUsableSegment(failedCount: failedCount) }
        return .uncommittedLimit(byteLimit: uncommittedByteCount)
    }

    private func plan(_ victims: [RingSlot], isInPlace: Bool) -> SlotPlan {
        for victim in victims {
            slots[victim.index]?.isPlanned = true
            report(lossOf(victim, .full))
        }
        return SlotPlan(victims: victims.map(\.index), isInPlace: isInPlace)
    }

    /// Tells the owner what will go, once, even where a plan is given up and made again.
    private func report(_ range: OverwrittenRange?) {
        guard let range, reportedSegments.insert(range.segmentNumber).inserted else { return }
        overwritten.append(range)
    }

    /// What goes with a slot, or nil where it holds no record.
    private func lossOf(_ slot: RingSlot, _ reason: OverwrittenRange.Reason) -> OverwrittenRange? {
        guard let segment = segment(in: slot), segment.lastRecord >= segment.firstRecord else { return nil }
        let first = firstUnacknowledged(through: segment.lastRecord).map { max($0, segment.firstRecord) }
        return OverwrittenRange(
            reason: reason, segmentNumber: segment.number, first: segment.firstRecord, last: segment.lastRecord,
            firstUnacknowledged: first, isReadable: true)
    }

    func segment(in slot: RingSlot) -> StoredSegment? {
        guard case .segment(let number) = slot.content else { return nil }
        return segments.first { $0.number == number }
    }

    // MARK: Making room

    /// Gives an open segment its file and makes its header durable.
    func materialise(_ index: Int) throws(SystemError) {
        let segment = open[index]
        var header = SegmentHeader(
            ringID: ringID, machineID: settings.machineID, segmentNumber: segment.number,
            firstRecord: segment.firstRecord, segmentByteCount: settings.segmentByteCount, slot: 0)
        let before = (unrecorded, heldCursors)
        for victim in segment.plan.victims { noteLoss(of: victim, in: &header) }
        for range in unrecorded.all { header.replaced.add(range) }
        var replaced: StoredSegment?
        if segment.plan.isInPlace {
            header.slot = segment.plan.victims[0]
            try openWriter(header.slot)
            replaced = slots[header.slot].flatMap { self.segment(in: $0) }
            forget(header.slot)
        } else {
            for victim in segment.plan.victims { try removeSlot(victim) }
            // The victims are gone; a second try must not look for them.
            open[index].plan.victims = []
            header.slot = try finishMaking()
            open[index].plan = SlotPlan(victims: [header.slot], isInPlace: true)
            try openWriter(header.slot)
        }
        triedSegmentNumber = segment.number
        do throws(SystemError) {
            try write(header.page()[...], at: 0)
        } catch {
            if let replaced, keep(replaced) { (unrecorded, heldCursors) = before }
            throw error
        }
        try synchroniseWriter()
        slots[header.slot]?.content = .segment(segment.number)
        slots[header.slot]?.isPlanned = false
        segments.append(
            StoredSegment(
                number: segment.number, slot: header.slot, firstRecord: segment.firstRecord,
                lastRecord: segment.firstRecord - 1, endOffset: RingFormat.pageByteCount))
        open[index].hasHeader = true
    }

    /// A header that could not be written leaves the lap before it as it was where the write changed nothing, as on a
    /// disk that is read-only: what was to be given up can still be sent, though it was reported. After a failed
    /// synchronisation nobody knows. Answers whether it is kept.
    private func keep(_ segment: StoredSegment) -> Bool {
        var page = [UInt8](repeating: 0, count: RingFormat.pageByteCount)
        let count = page.withUnsafeMutableBytes { buffer in
            // What cannot be read is not kept.
            (try? disk.open(RingSlot.fileName(segment.slot)).read(into: buffer, at: 0)) ?? 0
        }
        // A page written half way holds both headers, and the later counts.
        guard count == page.count, case .header(let header) = page.withUnsafeBytes(SegmentHeader.read),
            header.ringID == ringID, header.segmentNumber == segment.number
        else { return false }
        slots[segment.slot]?.content = .segment(segment.number)
        let index = segments.firstIndex { $0.number > segment.number } ?? segments.endIndex
        segments.insert(segment, at: index)
        reportedSegments.insert(segment.number)
        return true
    }

    private func noteLoss(of victim: Int, in header: inout SegmentHeader) {
        guard let slot = slots[victim], let range = lossOf(slot, .full) else { return }
        let replaced = ReplacedRange(range)
        header.replaced.add(replaced)
        if replaced.loss != nil {
            unrecorded.add(replaced)
            holdCursors(behind: range.last)
        }
        countLoss(range)
    }

    private func countLoss(_ range: OverwrittenRange) {
        statistics.overwrittenSegmentCount += 1
        statistics.overwrittenRecordCount += range.last - range.first + 1
        if let first = range.firstUnacknowledged {
            statistics.overwrittenUnacknowledgedRecordCount += range.last - first + 1
        }
    }

    /// From now on nothing is known of what a slot holds.
    private func forget(_ index: Int) {
        guard let slot = slots[index] else { return }
        if let segment = segment(in: slot) {
            segments.removeAll { $0 == segment }
            reportedSegments.remove(segment.number)
            readPlaces.removeAll { $0.segmentNumber == segment.number }
        }
        if slot.content != .empty { slots[index]?.content = .unknown(lap: slot.lap) }
    }

    private func removeSlot(_ index: Int) throws(SystemError) {
        forget(index)
        if writer?.slot == index { writer = nil }
        try disk.remove(RingSlot.fileName(index))
        slots[index] = nil
    }

    /// Finds the files that are too many for the settings: those whose turn is next. They go with the next commit.
    func markSurplus() {
        var total = slots.values.reduce(0) { $0 + $1.byteCount }
        let newest = open.last?.number
        for slot in slots.values.sorted(by: { ($0.lap, $0.index) < ($1.lap, $1.index) })
        where total > settings.byteCount {
            if let newest, slot.content == .segment(newest) { continue }
            total -= slot.byteCount
            slots[slot.index]?.isSurplus = true
            report(lossOf(slot, .resized))
        }
    }

    /// Removes them, and the unfinished file of an earlier run; a failure leaves them for the next time.
    func removeSurplus() throws(SystemError) {
        if hasUnfinishedFile {
            if making == nil { try disk.remove(RingSlot.unfinishedFileName) }
            hasUnfinishedFile = false
        }
        for slot in slots.values where slot.isSurplus {
            if let range = lossOf(slot, .resized) { countLoss(range) }
            try removeSlot(slot.index)
        }
    }

    // MARK: Making files

    /// Makes the next segment file, at most `byteLimit` bytes of it now; answers whether there is more to do. The ring
    /// is usable meanwhile: a commit that needs the file finishes it.
    package func prepareStep(byteLimit: Int = 256 << 10) throws(RingError) -> Bool {
        guard !isDetached, !isKeepingInMemory, !isGrowthBlocked,
            making != nil || plannedByteCount + settings.segmentByteCount <= settings.byteCount
        else { return false }
        do throws(SystemError) {
            try makeStep(byteLimit: byteLimit)
        } catch {
            noteFailureToMake(error)
            throw .disk(error)
        }
        if making == nil { assignMadeFile() }
        return making != nil || plannedByteCount + settings.segmentByteCount <= settings.byteCount
    }

    /// Whether a segment file is made and not yet in use, so that the next roll need not wait for one.
    package var hasSpareSegment: Bool {
        slots.values.contains { $0.content == .empty && !$0.isPlanned && isRightSize($0) }
    }

    /// Gives a file just made to the open segment that would have made it, so that there are never more than planned.
    private func assignMadeFile() {
        guard let made = slots.values.first(where: { $0.content == .empty && !$0.isPlanned && isRightSize($0) }),
            let index = open.firstIndex(where: { !$0.hasHeader && !$0.plan.isInPlace && $0.plan.victims.isEmpty })
        else { return }
        slots[made.index]?.isPlanned = true
        open[index].plan = SlotPlan(victims: [made.index], isInPlace: true)
    }

    private var nextSlotIndex: Int { (0...).first { slots[$0] == nil } ?? 0 }

    /// Empties the unfinished file of an earlier try, and removes a finished one whose name did not become durable, so
    /// that the files never take more than the settings allow.
    private func beginMaking() throws(SystemError) -> (file: Disk.File, byteCount: Int) {
        let stray = RingSlot.fileName(nextSlotIndex)
        if try disk.list().contains(stray) { try disk.remove(stray) }
        return (try disk.create(RingSlot.unfinishedFileName), 0)
    }

    /// Writes zeros into the file being made. Once it is whole and durable it gets its name.
    private func makeStep(byteLimit: Int) throws(SystemError) {
        var state: (file: Disk.File, byteCount: Int)
        if let making { state = making } else { state = try beginMaking() }
        let goal = min(settings.segmentByteCount, state.byteCount + max(byteLimit, RingFormat.pageByteCount))
        let zeros = [UInt8](repeating: 0, count: min(goal - state.byteCount, 64 << 10))
        while state.byteCount < goal {
            let count = min(zeros.count, goal - state.byteCount)
            try Self.write(zeros[..<count], to: state.file, at: state.byteCount)
            statistics.writtenByteCount += UInt64(count)
            statistics.zeroedByteCount += UInt64(count)
            state.byteCount += count
        }
        making = state
        hasUnfinishedFile = false
        guard state.byteCount == settings.segmentByteCount else { return }
        try state.file.synchronise()
        statistics.synchroniseCount += 1
        let index = nextSlotIndex
        try disk.rename(RingSlot.unfinishedFileName, to: RingSlot.fileName(index))
        try disk.synchroniseNames()
        making = nil
        makingFailure = nil
        makingFailureCount = 0
        slots[index] = RingSlot(index: index, byteCount: settings.segmentByteCount, content: .empty)
    }

    /// Makes a file now and answers its slot.
    private func finishMaking() throws(SystemError) -> Int {
        let before = Set(slots.keys)
        do throws(SystemError) {
            repeat { try makeStep(byteLimit: settings.segmentByteCount) } while making != nil
        } catch {
            noteFailureToMake(error)
            throw error
        }
        return slots.keys.first { !before.contains($0) } ?? 0
    }

    /// Where there is no space, or a second try fails too, the ring makes do with the files it has. One failure alone
    /// must not make it overwrite what was not sent.
    private func noteFailureToMake(_ error: SystemError) {
        making = nil
        makingFailure = error
        makingFailureCount += 1
        if makingFailureCount > 1 || [ENOSPC, EDQUOT, EROFS].contains(error.errorNumber) { isGrowthBlocked = true }
        statistics.diskFailureCount += 1
        // The part that was made takes space from others; where it cannot be removed it is emptied by the next try.
        try? disk.remove(RingSlot.unfinishedFileName)
    }

    // MARK: Writing

    func openWriter(_ slot: Int) throws(SystemError) {
        if writer?.slot == slot { return }
        writer = (slot, try disk.open(RingSlot.fileName(slot)))
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SystemError) {
        guard let writer else { return }
        try Self.write(bytes, to: writer.file, at: offset)
        statistics.writtenByteCount += UInt64(bytes.count)
    }

    func synchroniseWriter() throws(SystemError) {
        guard let writer else { return }
        try writer.file.synchronise()
        statistics.synchroniseCount += 1
    }

    static func write(_ bytes: ArraySlice<UInt8>, to file: Disk.File, at offset: Int) throws(SystemError) {
        var failure: SystemError?
        bytes.withUnsafeBytes { buffer in
            do throws(SystemError) { try file.write(buffer, at: Int64(offset)) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
