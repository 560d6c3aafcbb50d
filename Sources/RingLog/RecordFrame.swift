/// The 24 bytes before a record's own (DESIGN.md, "Record").
struct RecordFrame: Hashable {
    var checksum: UInt32
    var tag: UInt32
    var number: RecordNumber
    var payloadByteCount: Int
    var kind: RecordKind
    var flags: RecordFlags

    /// The bytes that the record takes, with what aligns the next one.
    var byteCount: Int { RingFormat.recordByteCount(payloadByteCount) }

    /// Appends a framed record to `bytes`, whose count is a multiple of the alignment.
    static func append(
        _ payload: UnsafeRawBufferPointer, kind: RecordKind, flags: RecordFlags, number: RecordNumber,
        key: SegmentKey, to bytes: inout [UInt8]
    ) {
        precondition(kind.rawValue != 0, "kind 0 stands for no record")
        let start = bytes.count
        let end = start + RingFormat.recordByteCount(payload.count)
        bytes.append(contentsOf: repeatElement(0, count: RingFormat.recordHeaderByteCount))
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
        bytes.withUnsafeMutableBytes { all in
            let record = UnsafeMutableRawBufferPointer(rebasing: all[start..<end])
            record.store(key.tag, at: 4)
            record.store(number, at: 8)
            record.store(UInt32(payload.count), at: 16)
            record.store(kind.rawValue, at: 20)
            record.store(flags.rawValue, at: 21)
            let covered = 8..<RingFormat.recordHeaderByteCount + payload.count
            let checksum = Checksum.crc32c(
                UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(record)[covered]), after: key.seed)
            record.store(checksum, at: 0)
        }
    }

    /// The frame at `offset`, where at least 24 bytes remain, or nil where these cannot be a record of the segment.
    @inline(__always)
    init?(at offset: Int, in bytes: UnsafeRawBufferPointer, key: SegmentKey) {
        tag = bytes.integer(at: offset + 4)
        guard tag == key.tag else { return nil }
        kind = RecordKind(rawValue: bytes[offset + 20])
        guard kind.rawValue != 0, bytes.integer(at: offset + 22, as: UInt16.self) == 0 else { return nil }
        checksum = bytes.integer(at: offset)
        number = bytes.integer(at: offset + 8)
        payloadByteCount = Int(bytes.integer(at: offset + 16, as: UInt32.self))
        flags = RecordFlags(rawValue: bytes[offset + 21])
    }

    /// Whether the record at `offset`, all of whose bytes are there, is what was written.
    func isValid(at offset: Int, in bytes: UnsafeRawBufferPointer, key: SegmentKey) -> Bool {
        let covered = offset + 8..<offset + RingFormat.recordHeaderByteCount + payloadByteCount
        return Checksum.crc32c(UnsafeRawBufferPointer(rebasing: bytes[covered]), after: key.seed) == checksum
    }

    func header(inSegment segmentNumber: UInt64) -> RecordHeader {
        RecordHeader(
            kind: kind, flags: flags, number: number, segmentNumber: segmentNumber, byteCount: payloadByteCount)
    }
}
