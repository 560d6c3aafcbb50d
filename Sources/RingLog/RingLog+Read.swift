internal import LinuxSystem

extension RingLog {
    private static var readPlaceLimit: Int { 8 }

    /// Visits records in order from `first` through `last` (the last durable one where nil, or with
    /// `includingUncommitted` the last), up to and with the one that `visit` answers false to or that fills `byteLimit`; at
    /// least one is, where there is one. Each is verified again; damaged ones are skipped, and counted once. Answers the
    /// number to go on from. Overwritten records are skipped. The bytes are valid only during the visit, which must not
    /// call the log.
    @discardableResult
    package func read(
        from first: RecordNumber, through last: RecordNumber? = nil, byteLimit: Int = .max,
        includingUncommitted: Bool = false, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Bool
    ) throws(RingError) -> RecordNumber {
        let limit = min(last ?? .max, includingUncommitted ? lastRecord : lastDurableRecord)
        var walk = ReadWalk(next: max(first, 1), limit: limit, byteLimit: byteLimit)
        for segment in segments where segment.lastRecord >= walk.next {
            if walk.isDone || segment.firstRecord > limit { break }
            try read(segment, &walk, visit)
        }
        if includingUncommitted {
            for segment in open where !walk.isDone && !segment.pending.isEmpty {
                readPending(segment, &walk, visit)
            }
        }
        // Where everything was visited, what is missing up to the limit is gone for good.
        if !walk.isDone && limit != .max { walk.next = max(walk.next, limit + 1) }
        return walk.next
    }

    private func read(
        _ segment: StoredSegment, _ walk: inout ReadWalk, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Bool
    ) throws(RingError) {
        let place =
            readPlaces.filter { $0.segmentNumber == segment.number && $0.record < walk.next }
            .max { $0.record < $1.record }
        var reader = try reader(of: segment, from: place)
        while !walk.isDone, reader.lastVisited < min(walk.limit, segment.lastRecord) {
            let expected = reader.lastVisited + 1
            guard reader.next({ walk.visit($0, $1, visit) }) != nil else { break }
            if expected < reader.lastVisited { noteDamage(expected...reader.lastVisited - 1) }
        }
        readPlaces.removeAll { $0 == place }
        if readPlaces.count >= Self.readPlaceLimit { readPlaces.removeFirst() }
        if reader.lastVisited < walk.next {
            readPlaces.append(
                ReadPlace(segmentNumber: segment.number, record: reader.lastVisited, offset: reader.offset))
        } else if let place {
            readPlaces.append(place)
        }
    }

    /// Counts damaged records that neither opening nor an earlier read has come by.
    private func noteDamage(_ range: ClosedRange<RecordNumber>) {
        damage.forget(before: oldestRecord)
        statistics.damagedRecordCount += damage.note(range)
    }

    private func reader(
        of segment: StoredSegment, from place: ReadPlace? = nil
    ) throws(RingError) -> SegmentReader<Disk.File> {
        do throws(SystemError) {
            let isWriter = writer?.slot == segment.slot
            let file: Disk.File
            if let writer, isWriter { file = writer.file } else { file = try readFile(segment.slot) }
            return SegmentReader(
                file, key: SegmentKey(ringID: ringID, segmentNumber: segment.number),
                firstRecord: segment.firstRecord, lastRecord: segment.lastRecord, endOffset: segment.endOffset,
                startingAt: place?.offset ?? RingFormat.pageByteCount, after: place?.record ?? segment.firstRecord - 1)
        } catch { throw .disk(error) }
    }

    private func readFile(_ slot: Int) throws(SystemError) -> Disk.File {
        try disk.open(RingSlot.fileName(slot))
    }

    private func readPending(
        _ segment: OpenSegment, _ walk: inout ReadWalk, _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Bool
    ) {
        segment.pending.withUnsafeBytes { bytes in
            Self.walk(bytes, key: segment.key) { frame, payload in
                if !walk.isDone && !frame.flags.contains(.carried) {
                    walk.visit(frame.header(inSegment: segment.number), payload, visit)
                }
            }
        }
    }

    /// Visits every dictionary record of a segment, carried and repeated ones included, through record `last`, or to
    /// the segment's end where nil; uncommitted ones too. A segment that is gone has none.
    package func readDictionary(
        ofSegment segmentNumber: UInt64, through last: RecordNumber? = nil,
        _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void
    ) throws(RingError) {
        let limit = last ?? .max
        func visitDictionary(_ header: RecordHeader, _ payload: UnsafeRawBufferPointer) {
            if header.kind == .dictionary && header.number <= limit { visit(header, payload) }
        }
        if let segment = segments.first(where: { $0.number == segmentNumber }) {
            var reader = try reader(of: segment)
            while reader.lastVisited < min(limit, segment.lastRecord), reader.next(visitDictionary) != nil {}
        }
        guard let segment = open.first(where: { $0.number == segmentNumber }) else { return }
        segment.pending.withUnsafeBytes { bytes in
            Self.walk(bytes, key: segment.key) { visitDictionary($0.header(inSegment: segmentNumber), $1) }
        }
    }

    /// The segment a record is in, or nil where it is gone or not yet written.
    package func segmentNumber(of record: RecordNumber) -> UInt64? {
        if let segment = open.first(where: { !$0.pending.isEmpty && ($0.pendingFirst...$0.lastRecord).contains(record) }
        ) {
            return segment.number
        }
        return segments.first { record >= $0.firstRecord && record <= $0.lastRecord }?.number
    }
}
