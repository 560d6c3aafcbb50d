internal import LinuxSystem

// What the refuge kept for a process that was killed (DESIGN.md, "Refuge").
extension RingRecovery {
    /// Takes over what an earlier process had taken and not committed: records of this ring and machine behind the last
    /// of their segment. They wait for `commit` afterwards, as they did before.
    mutating func takeUnsynced(from refuge: Disk, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void) {
        // What waits for a commit fits into its segment.
        let byteLimit = slots.values.map(\.byteCount).max() ?? 0
        guard let newest = segments.last, var found = RefugeRecords(on: refuge, byteLimit: byteLimit),
            let position = segments.lastIndex(where: { $0.number == found.header.segmentNumber })
        else { return }
        let (header, target) = (found.header, segments[position])
        guard header.ringID == ringID, header.machineID == settings.machineID, let end = ends[target.number],
            found.frames.last?.frame.number ?? 0 > newest.lastRecord
        else { return }
        let known = found.removeThrough(target.lastRecord)
        guard continues(header, known, target, end: end), areCopies(segments[(position + 1)...], of: found)
        else { return }
        let room = settings.segmentByteCount - RingFormat.pageByteCount
        let (bytes, frames) = found.pending(byteLimit: room)
        guard let first = frames.first?.frame.number, let last = frames.last?.frame.number else { return }
        var segment = OpenSegment(
            number: target.number, key: found.key, firstRecord: target.firstRecord,
            durableEnd: known.isEmpty ? header.durableEnd : RingFormat.alignedUp(end, to: RingFormat.pageByteCount),
            hasHeader: true, pending: bytes, pendingFirst: first, lastRecord: last)
        // Where it cannot go on in its place, it moves to a new segment with the declarations it needs, as after a
        // failed write.
        segment.hasFailed =
            position < segments.count - 1 || report.tornByteCount > 0 || report.isNewestDoubtful
            || slots[target.slot]?.byteCount != settings.segmentByteCount
            || segment.nextOffset > settings.segmentByteCount
        open = segment
        // What had begun to move counts where it moves to now.
        for later in segments.indices[(position + 1)...] { segments[later].lastRecord = first - 1 }
        report.unsyncedRecords = first...last
        report.noteDamage(from: newest.lastRecord + 1, upTo: first)
        let new = frames.drop { $0.frame.number <= newest.lastRecord }
        report.recordCount += UInt64(new.count)
        found.visit(new) { if $0.kind != .dictionary { visit($0, $1) } }
    }

    /// Whether what the refuge holds goes on where the segment ends. It is proved by the place: the records that both have
    /// are the same bytes in the same places, or the segment has none from where they would begin.
    ///
    /// Numbers would prove nothing: where a process ran without its refuge, others got them.
    private func continues(
        _ header: RefugeHeader, _ known: ArraySlice<UInt8>, _ target: StoredSegment, end: Int
    ) -> Bool {
        if known.isEmpty { return header.durableEnd >= end }
        guard header.durableEnd + known.count == end else { return false }
        var written = [UInt8](repeating: 0, count: known.count)
        var count = 0
        do throws(SystemError) {
            let file = try disk.open(RingSlot.fileName(target.slot))
            count = try Self.read(file, into: &written, at: header.durableEnd)
        } catch {
            return false
        }
        return count == known.count && written[...] == known
    }

    /// Whether later segments are what a commit had begun to move the records to when it was killed: they begin with the
    /// first of them and hold nothing else.
    private func areCopies(_ later: ArraySlice<StoredSegment>, of found: RefugeRecords) -> Bool {
        guard let first = found.frames.first?.frame.number else { return false }
        for segment in later {
            guard segment.firstRecord == first, ends[segment.number] != nil else { return false }
            var isCopy = true
            var reader: SegmentReader<Disk.File>
            do throws(SystemError) {
                reader = SegmentReader(
                    try disk.open(RingSlot.fileName(segment.slot)),
                    key: SegmentKey(ringID: ringID, segmentNumber: segment.number), firstRecord: segment.firstRecord,
                    lastRecord: segment.lastRecord, endOffset: segment.endOffset, after: segment.firstRecord - 1)
            } catch {
                return false
            }
            while isCopy,
                reader.next({ isCopy = $0.flags.contains(.carried) || found.holds($0, $1) }) != nil
            {}
            if !isCopy { return false }
        }
        return true
    }
}
