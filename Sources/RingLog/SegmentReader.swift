/// Walks the records of a segment file, verifies each, and goes on at the next valid one after damage.
///
/// Keeps a window of the file in memory: 64 KiB, more only while a longer record is read.
struct SegmentReader<File: RingFile> {
    private static var windowByteCount: Int { 64 << 10 }

    let file: File
    let key: SegmentKey
    /// The first number of the segment; only carried records have lower ones.
    let firstRecord: RecordNumber
    /// Numbers above this belong to a later segment.
    let lastRecord: RecordNumber
    /// Where the walk ends.
    let endOffset: Int

    /// Where the next record is expected.
    private(set) var offset: Int
    /// The number of the record visited last that was not carried.
    private(set) var lastVisited: RecordNumber
    /// The size of a record behind the last valid one that is not whole, or 0.
    private(set) var tornByteCount = 0

    private var window: [UInt8] = []
    private var windowStart = 0

    /// Begins at `offset`, behind the record `after` (the segment's first record less one at its start).
    init(
        _ file: File, key: SegmentKey, firstRecord: RecordNumber, lastRecord: RecordNumber, endOffset: Int,
        startingAt offset: Int = RingFormat.pageByteCount, after: RecordNumber
    ) {
        self.file = file
        self.key = key
        self.firstRecord = firstRecord
        self.lastRecord = lastRecord
        self.endOffset = endOffset
        self.offset = offset
        lastVisited = after
    }

    /// Visits the next valid record and answers what `visit` does; nil at the end.
    mutating func next<Result>(_ visit: (RecordHeader, UnsafeRawBufferPointer) -> Result) -> Result? {
        while let frame = nextFrame() {
            let start = offset - windowStart
            let end = start + RingFormat.recordHeaderByteCount + frame.payloadByteCount
            let isCarried = frame.flags.contains(.carried)
            offset += frame.byteCount
            tornByteCount = 0
            // What a later segment holds too was moved there after a write had failed here.
            if !isCarried {
                if frame.number > lastRecord { continue }
                lastVisited = frame.number
            }
            let header = frame.header(inSegment: key.segmentNumber)
            return window.withUnsafeBytes { bytes in
                visit(
                    header,
                    UnsafeRawBufferPointer(rebasing: bytes[start + RingFormat.recordHeaderByteCount..<end]))
            }
        }
        return nil
    }

    /// Moves `offset` to the next valid record.
    private mutating func nextFrame() -> RecordFrame? {
        while offset + RingFormat.recordHeaderByteCount <= endOffset {
            let available = fill(RingFormat.recordHeaderByteCount)
            guard available >= RingFormat.recordHeaderByteCount else {
                skipUnreadable(available)
                continue
            }
            guard let frame = plausibleFrame() else { continue }
            let needed = RingFormat.recordHeaderByteCount + frame.payloadByteCount
            if fill(needed) >= needed {
                let start = offset - windowStart
                if window.withUnsafeBytes({ frame.isValid(at: start, in: $0, key: key) }) { return frame }
            }
            if tornByteCount == 0 { tornByteCount = needed }
            offset += RingFormat.alignment
        }
        return nil
    }

    /// Moves `offset` over what cannot be a record, within the window; nil where nothing in it can.
    private mutating func plausibleFrame() -> RecordFrame? {
        let result: (offset: Int, frame: RecordFrame?) = window.withUnsafeBytes { bytes in
            var position = offset - windowStart
            while position + RingFormat.recordHeaderByteCount <= bytes.count {
                if let frame = RecordFrame(at: position, in: bytes, key: key),
                    isExpected(frame, at: windowStart + position)
                {
                    return (windowStart + position, frame)
                }
                position += RingFormat.alignment
            }
            return (windowStart + position, nil)
        }
        offset = result.offset
        return result.frame
    }

    private func isExpected(_ frame: RecordFrame, at offset: Int) -> Bool {
        guard frame.payloadByteCount <= endOffset - offset - RingFormat.recordHeaderByteCount else { return false }
        if frame.flags.contains(.carried) { return frame.number > 0 && frame.number < firstRecord }
        // Numbers rise, and no segment has more records than fit into it.
        return frame.number > lastVisited && frame.number >= firstRecord && frame.number < 1 << 62
    }

    /// Sees to it that the window holds `count` bytes at `offset`, where the file has them; answers how many it holds.
    private mutating func fill(_ count: Int) -> Int {
        let held = windowStart + window.count - offset
        if offset >= windowStart && held >= min(count, endOffset - offset) { return held }
        let wanted = min(max(count, Self.windowByteCount), endOffset - offset)
        if !load(wanted) {
            // One unreadable sector must not hide the readable ones beside it.
            let pageEnd = RingFormat.alignedUp(offset + 1, to: RingFormat.pageByteCount)
            if !load(min(max(count, pageEnd - offset), endOffset - offset)) { window.removeAll(keepingCapacity: true) }
        }
        return window.count
    }

    private mutating func load(_ count: Int) -> Bool {
        windowStart = offset
        window = [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
            // A failed read counts as damage: the caller sees a short window and goes on behind it.
            used = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer), at: Int64(offset))) ?? 0
        }
        return !window.isEmpty
    }

    /// Goes on at the next page, or ends where the file does.
    private mutating func skipUnreadable(_ available: Int) {
        let next = RingFormat.alignedUp(offset + 1, to: RingFormat.pageByteCount)
        offset = min(next, endOffset)
    }
}
