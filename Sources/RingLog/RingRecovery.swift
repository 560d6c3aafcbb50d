internal import LinuxSystem

/// Reads everything that is on a disk and decides what it means (DESIGN.md, "Recovery"). Writes nothing;
/// it synchronises the newest segment.
struct RingRecovery<Disk: RingDisk> {
    let disk: Disk
    let settings: RingSettings
    var report = RecoveryReport()
    /// Which records are damaged, all of them.
    var damage = KnownDamage()
    var slots: [Int: RingSlot] = [:]
    var segments: [StoredSegment] = []
    var ringID: RingID
    var cursors: CursorPage?
    /// The newest segment, where it can be continued or the refuge has records for it.
    var open: OpenSegment?
    /// What the newest segment's header says went unacknowledged: a crash may have kept it from being written down.
    var unrecorded = ReplacedRanges()
    var nextSegmentNumber: UInt64 = 1
    var hasUnfinishedFile = false
    /// Where each segment's last record ends, by the segments' numbers; of those that could be read.
    private(set) var ends: [UInt64: Int] = [:]

    private var headers: [Int: SegmentHeader] = [:]

    init(
        _ disk: Disk, refuge: Disk? = nil, settings: RingSettings,
        visit: (RecordHeader, UnsafeRawBufferPointer) -> Void = { _, _ in }
    ) throws(SystemError) {
        self.disk = disk
        self.settings = settings
        ringID = settings.newRingID
        for name in try disk.list() {
            if let index = RingSlot.index(ofFile: name) { readHeader(index, name) }
            if name == RingSlot.unfinishedFileName { hasUnfinishedFile = true }
        }
        chooseRing()
        classify()
        scanSegments(visit)
        if let refuge { takeUnsynced(from: refuge, visit) }
        if let oldest = segments.first { noteMissing(from: 1, upTo: oldest.firstRecord) }
        giveLapsToTheUnknown()
        readCursors()
    }

    private mutating func readHeader(_ index: Int, _ name: String) {
        var slot = RingSlot(index: index, byteCount: 0, content: .unknown(lap: 0))
        defer { slots[index] = slot }
        var page = [UInt8](repeating: 0, count: RingFormat.pageByteCount)
        do throws(SystemError) {
            let file = try disk.open(name)
            slot.byteCount = Int(try file.byteCount())
            let count = try Self.read(file, into: &page)
            page.removeSubrange(count...)
        } catch {
            report.ignored.append(.init(fileName: name, reason: .unreadable))
            return
        }
        switch page.withUnsafeBytes(SegmentHeader.read) {
        case .header(let header): headers[index] = header
        case .empty where slot.byteCount >= RingFormat.pageByteCount: slot.content = .empty
        case .empty, .damaged: report.ignored.append(.init(fileName: name, reason: .damagedHeader))
        case .unknownVersion(let version):
            report.ignored.append(.init(fileName: name, reason: .unknownVersion(version)))
        }
    }

    static func read(
        _ file: Disk.File, into page: inout [UInt8], at offset: Int = 0
    ) throws(SystemError) -> Int {
        var failure: SystemError?
        let count = page.withUnsafeMutableBytes { buffer in
            do throws(SystemError) { return try file.read(into: buffer, at: Int64(offset)) } catch { failure = error }
            return 0
        }
        if let failure { throw failure }
        return count
    }

    /// The ring is the one that most segments of this machine belong to; of two with equally many, the one with the
    /// later segment.
    private mutating func chooseRing() {
        var votes: [RingID: (count: Int, newest: UInt64)] = [:]
        for header in headers.values where header.machineID == settings.machineID {
            let vote = votes[header.ringID] ?? (0, 0)
            votes[header.ringID] = (vote.count + 1, max(vote.newest, header.segmentNumber))
        }
        let winner = votes.max { ($0.value.count, $0.value.newest) < ($1.value.count, $1.value.newest) }
        ringID = winner?.key ?? settings.newRingID
        report.isNewRing = winner == nil
    }

    private mutating func classify() {
        for (index, header) in headers.sorted(by: { $0.key < $1.key }) {
            let name = RingSlot.fileName(index)
            if header.ringID != ringID || header.machineID != settings.machineID {
                report.ignored.append(.init(fileName: name, reason: .foreign))
            } else if header.slot != index {
                report.ignored.append(.init(fileName: name, reason: .misplaced))
            } else {
                slots[index]?.content = .segment(header.segmentNumber)
                segments.append(
                    StoredSegment(
                        number: header.segmentNumber, slot: index, firstRecord: header.firstRecord,
                        lastRecord: header.firstRecord - 1,
                        endOffset: min(header.segmentByteCount, slots[index]?.byteCount ?? 0)))
            }
        }
        segments.sort { $0.number < $1.number }
        nextSegmentNumber = (segments.last?.number ?? 0) + 1
        leaveOutContradictions()
        report.segmentCount = segments.count
    }

    /// First records rise with segment numbers. A header that begins behind a later segment was not written by a ring:
    /// believing it would hide what follows.
    private mutating func leaveOutContradictions() {
        var limit = RecordNumber.max
        for (position, segment) in segments.enumerated().reversed() {
            if segment.firstRecord <= limit {
                limit = segment.firstRecord
                continue
            }
            segments.remove(at: position)
            headers[segment.slot] = nil
            slots[segment.slot]?.content = .unknown(lap: 0)
            report.ignored.append(.init(fileName: RingSlot.fileName(segment.slot), reason: .damagedHeader))
        }
    }

    private mutating func scanSegments(_ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void) {
        // Records that a later segment holds too count there: they moved after a failed write.
        var limit = RecordNumber.max
        var limits: [RecordNumber] = []
        for segment in segments.reversed() {
            limits.append(limit)
            limit = min(limit, segment.firstRecord - 1)
        }
        for (position, limit) in limits.reversed().enumerated() {
            let isNewest = position == segments.count - 1
            scan(position, limit: limit, isNewest: isNewest, visit)
        }
    }

    private mutating func scan(
        _ position: Int, limit: RecordNumber, isNewest: Bool, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void
    ) {
        var segment = segments[position]
        let file: Disk.File
        do throws(SystemError) {
            file = try disk.open(RingSlot.fileName(segment.slot))
        } catch {
            report.ignored.append(.init(fileName: RingSlot.fileName(segment.slot), reason: .unreadable))
            return
        }
        let key = SegmentKey(ringID: ringID, segmentNumber: segment.number)
        var reader = SegmentReader(
            file, key: key, firstRecord: segment.firstRecord, lastRecord: limit, endOffset: segment.endOffset,
            after: segment.firstRecord - 1)
        var end = RingFormat.pageByteCount
        var expected = segment.firstRecord
        func take(_ header: RecordHeader, _ payload: UnsafeRawBufferPointer) {
            if header.flags.contains(.carried) { return }
            report.recordCount += 1
            noteDamage(from: expected, upTo: header.number)
            expected = header.number + 1
            if header.kind != .dictionary { visit(header, payload) }
        }
        while reader.next(take) != nil { end = reader.offset }
        segment.lastRecord = reader.lastVisited
        ends[segment.number] = end
        if isNewest {
            finishNewest(&segment, end: end, tornByteCount: reader.tornByteCount, key: key)
        } else if segments[position + 1].number == segment.number + 1 || !report.ignored.isEmpty {
            // Where a number is missing between segments that all are there, it was overwritten, not damaged.
            noteDamage(
                from: min(limit, segment.lastRecord) + 1, upTo: segments[position + 1].firstRecord)
        } else {
            noteMissing(from: min(limit, segment.lastRecord) + 1, upTo: segments[position + 1].firstRecord)
        }
        segments[position] = segment
    }

    private mutating func noteDamage(from first: RecordNumber, upTo end: RecordNumber) {
        guard first < end else { return }
        report.noteDamage(from: first, upTo: end)
        _ = damage.note(first...end - 1)
    }

    /// Notes that records are in no segment, as far as they cannot have been overwritten: that goes from the lowest number
    /// up, and each segment's header says how far it went.
    private mutating func noteMissing(from first: RecordNumber, upTo end: RecordNumber) {
        let own = headers.values.filter { $0.ringID == ringID && $0.machineID == settings.machineID }
        let overwrittenThrough = own.flatMap(\.replaced.all).map(\.last).max() ?? 0
        let lost = max(first, overwrittenThrough + 1)..<max(end, first, overwrittenThrough + 1)
        if !lost.isEmpty { report.missingRanges.append(lost.lowerBound...lost.upperBound - 1) }
    }

    /// Decides whether the newest segment goes on: a torn end is left as it is, and writing goes on in the next.
    private mutating func finishNewest(
        _ segment: inout StoredSegment, end: Int, tornByteCount: Int, key: SegmentKey
    ) {
        report.tornByteCount = tornByteCount
        report.isNewestDoubtful = !synchronise(segment.slot)
        let durableEnd = RingFormat.alignedUp(end, to: RingFormat.pageByteCount)
        let isWhole = slots[segment.slot]?.byteCount == settings.segmentByteCount
        if tornByteCount == 0 && !report.isNewestDoubtful && isWhole && durableEnd < segment.endOffset {
            open = OpenSegment(
                number: segment.number, key: key, firstRecord: segment.firstRecord, durableEnd: durableEnd,
                hasHeader: true, pendingFirst: segment.lastRecord + 1, lastRecord: segment.lastRecord)
        }
        segment.endOffset = min(durableEnd, segment.endOffset)
        let there = Set(segments.map(\.number))
        unrecorded = headers[segment.slot]?.replaced ?? ReplacedRanges()
        // Where the write of a header came to nothing, what it was to replace is still there.
        unrecorded.removeAll { $0.loss == nil || there.contains($0.segmentNumber) }
        report.unrecordedLosses = unrecorded.all.compactMap(\.loss)
    }

    /// What a killed process had written without synchronising it is readable and not yet durable; from here on it
    /// counts as durable, so it has to become so.
    private func synchronise(_ slot: Int) -> Bool {
        do throws(SystemError) {
            try disk.open(RingSlot.fileName(slot)).synchronise()
            return true
        } catch {
            return false
        }
    }

    /// What is not understood has its lap after the slot before it; behind the newest segment, it is the next to go.
    private mutating func giveLapsToTheUnknown() {
        let newest = segments.last?.number ?? 0
        var before: UInt64 = 0
        for index in slots.keys.sorted() {
            guard let slot = slots[index] else { continue }
            if case .unknown = slot.content {
                slots[index]?.content = .unknown(lap: before == newest ? 0 : before + 1)
                before = before == newest ? newest : before + 1
            } else if case .segment(let number) = slot.content {
                before = number
            }
        }
    }

    private mutating func readCursors() {
        var bytes = [UInt8](repeating: 0, count: RingFormat.cursorPageCount * RingFormat.pageByteCount)
        var count = 0
        // A missing or unreadable cursor file costs duplicates only, and is reported as lost below.
        if let file = try? disk.open(RingFormat.cursorFileName), let read = try? Self.read(file, into: &bytes) {
            count = read
        }
        for start in stride(from: 0, to: count, by: RingFormat.pageByteCount)
        where start + RingFormat.pageByteCount <= count {
            let page = bytes.withUnsafeBytes {
                CursorPage(UnsafeRawBufferPointer(rebasing: $0[start..<start + RingFormat.pageByteCount]))
            }
            guard let page, page.ringID == ringID else { continue }
            if page.generation >= cursors?.generation ?? 0 { cursors = page }
        }
        report.isCursorLost = cursors == nil && !report.isNewRing
    }
}
