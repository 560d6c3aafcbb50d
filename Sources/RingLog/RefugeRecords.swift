internal import LinuxSystem

/// What the refuge's file holds: records that an earlier process had taken, up to the first that is not whole.
struct RefugeRecords {
    let header: RefugeHeader
    let key: SegmentKey
    /// The records as they are framed, one behind the other.
    private(set) var bytes: [UInt8]
    private(set) var frames: [(frame: RecordFrame, offset: Int)] = []

    /// Reads the file, at most as much as a segment of `byteLimit` holds; nil where there is none that can be read.
    init?<Disk: RingDisk>(on disk: Disk, byteLimit: Int) {
        var content: [UInt8]
        do throws(SystemError) {
            let file = try disk.open(RingRefuge<Disk>.fileName)
            let byteCount = min(Int(clamping: try file.byteCount()), RefugeHeader.byteCount + max(byteLimit, 0))
            content = try Self.read(file, byteCount: byteCount)
        } catch {
            // There is none, or none that can be read: then what it holds is lost.
            return nil
        }
        guard let header = RefugeHeader(content) else { return nil }
        content.removeFirst(RefugeHeader.byteCount)
        self.header = header
        key = SegmentKey(ringID: header.ringID, segmentNumber: header.segmentNumber)
        bytes = content
        findFrames()
    }

    private static func read(_ file: some RingFile, byteCount: Int) throws(SystemError) -> [UInt8] {
        var failure: SystemError?
        let content = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, used in
            do throws(SystemError) {
                used = try file.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return content
    }

    private mutating func findFrames() {
        var found: [(frame: RecordFrame, offset: Int)] = []
        var offset = 0
        var last = header.firstRecord - 1
        bytes.withUnsafeBytes { bytes in
            while offset + RingFormat.recordHeaderByteCount <= bytes.count,
                let frame = RecordFrame(at: offset, in: bytes, key: key),
                frame.byteCount <= bytes.count - offset, frame.isValid(at: offset, in: bytes, key: key),
                frame.number > last, frame.number < 1 << 62, !frame.flags.contains(.carried)
            {
                found.append((frame, offset))
                offset += frame.byteCount
                last = frame.number
            }
        }
        if let first = found.first, first.frame.number != header.firstRecord { found = [] }
        frames = found
    }

    /// Leaves out the records up to `last`, and answers their bytes.
    mutating func removeThrough(_ last: RecordNumber) -> ArraySlice<UInt8> {
        let known = frames.prefix { $0.frame.number <= last }
        let end = known.last.map { $0.offset + $0.frame.byteCount } ?? 0
        frames.removeFirst(known.count)
        return bytes[..<end]
    }

    /// Whether a record is one of these.
    func holds(_ header: RecordHeader, _ payload: UnsafeRawBufferPointer) -> Bool {
        guard let (frame, offset) = frames.first(where: { $0.frame.number == header.number }),
            frame.kind == header.kind, frame.flags == header.flags, frame.payloadByteCount == payload.count
        else { return false }
        let start = offset + RingFormat.recordHeaderByteCount
        return payload.elementsEqual(bytes[start..<start + payload.count])
    }

    /// Visits some of the records.
    func visit(
        _ frames: ArraySlice<(frame: RecordFrame, offset: Int)>,
        _ visit: (RecordHeader, UnsafeRawBufferPointer) -> Void
    ) {
        bytes.withUnsafeBytes { bytes in
            for (frame, offset) in frames {
                let start = offset + RingFormat.recordHeaderByteCount
                visit(
                    frame.header(inSegment: header.segmentNumber),
                    UnsafeRawBufferPointer(rebasing: bytes[start..<start + frame.payloadByteCount]))
            }
        }
    }

    /// What is left, as far as it fits into `byteLimit`.
    func pending(byteLimit: Int) -> (bytes: [UInt8], frames: ArraySlice<(frame: RecordFrame, offset: Int)>) {
        guard let start = frames.first?.offset else { return ([], []) }
        let fitting = frames.prefix { $0.offset + $0.frame.byteCount - start <= byteLimit }
        let end = fitting.last.map { $0.offset + $0.frame.byteCount } ?? start
        return (Array(bytes[start..<end]), fitting)
    }
}
