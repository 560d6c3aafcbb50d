/// What the first page of a segment file says, in two copies of 512 bytes each (DESIGN.md, "Segment header").
struct SegmentHeader: Hashable {
    static let copyByteCount = 512
    /// Where the copies are: in different sectors, so that one flipped bit or torn sector leaves the other.
    static let copyOffsets = [0, 2048]
    private static let magic: UInt64 = 0x31_47_4e_49_52_53_59_57  // "WYSRING1"

    var ringID: RingID
    var machineID: RingID
    var segmentNumber: UInt64
    /// The number of the first record that belongs to this segment; from it on, what an earlier segment holds does
    /// not count.
    var firstRecord: RecordNumber
    var segmentByteCount: Int
    var slot: Int
    /// What this segment replaced, and what others did that is not known to be written down, so that a crash before
    /// that does not hide the loss.
    var replaced = ReplacedRanges()

    private static let replacedOffset = 72

    enum Reading: Hashable {
        case header(SegmentHeader)
        /// All bytes are zero: the file is made and was never used.
        case empty
        case damaged
        case unknownVersion(UInt16)
    }

    /// The whole first page.
    func page() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: RingFormat.pageByteCount)
        bytes.withUnsafeMutableBytes { page in
            for offset in Self.copyOffsets {
                encode(UnsafeMutableRawBufferPointer(rebasing: page[offset..<offset + Self.copyByteCount]))
            }
        }
        return bytes
    }

    private func encode(_ copy: UnsafeMutableRawBufferPointer) {
        copy.store(Self.magic, at: 0)
        copy.store(RingFormat.version, at: 8)
        copy.store(UInt32(RingFormat.pageByteCount), at: 12)
        copy.store(ringID.high, at: 16)
        copy.store(ringID.low, at: 24)
        copy.store(machineID.high, at: 32)
        copy.store(machineID.low, at: 40)
        copy.store(segmentNumber, at: 48)
        copy.store(firstRecord, at: 56)
        copy.store(UInt32(segmentByteCount), at: 64)
        copy.store(UInt32(slot), at: 68)
        for (index, range) in replaced.all.enumerated() {
            let offset = Self.replacedOffset + index * ReplacedRange.byteCount
            copy.store(range.segmentNumber, at: offset)
            copy.store(range.first, at: offset + 8)
            copy.store(range.last, at: offset + 16)
            copy.store(range.firstUnacknowledged, at: offset + 24)
        }
        let covered = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(copy)[..<508])
        copy.store(Checksum.crc32c(covered), at: 508)
    }

    /// Reads the first page of a file. Where the copies differ, both whole, the power went between them and the later
    /// segment counts.
    static func read(_ page: UnsafeRawBufferPointer) -> Reading {
        if page.allSatisfy({ $0 == 0 }) { return .empty }
        var best = Reading.damaged
        for offset in copyOffsets where offset + copyByteCount <= page.count {
            let copy = decode(UnsafeRawBufferPointer(rebasing: page[offset..<offset + copyByteCount]))
            switch (copy, best) {
            case (.header(let header), .header(let other)):
                if header.segmentNumber > other.segmentNumber { best = copy }
            case (.header, _), (.unknownVersion, .damaged): best = copy
            default: break
            }
        }
        return best
    }

    private static func decode(_ copy: UnsafeRawBufferPointer) -> Reading {
        let covered = UnsafeRawBufferPointer(rebasing: copy[..<508])
        guard copy.integer(at: 0) == magic, copy.integer(at: 508) == Checksum.crc32c(covered) else { return .damaged }
        let version: UInt16 = copy.integer(at: 8)
        guard version == RingFormat.version else { return .unknownVersion(version) }
        var header = SegmentHeader(
            ringID: RingID(high: copy.integer(at: 16), low: copy.integer(at: 24)),
            machineID: RingID(high: copy.integer(at: 32), low: copy.integer(at: 40)),
            segmentNumber: copy.integer(at: 48), firstRecord: copy.integer(at: 56),
            segmentByteCount: Int(copy.integer(at: 64, as: UInt32.self)),
            slot: Int(copy.integer(at: 68, as: UInt32.self)))
        // Numbers near the end of their range can only be made up; refusing them keeps all sums below from overflowing.
        let limit: UInt64 = 1 << 62
        guard header.segmentNumber > 0, header.segmentNumber < limit, header.firstRecord > 0,
            header.firstRecord < limit, copy.integer(at: 12, as: UInt32.self) == UInt32(RingFormat.pageByteCount)
        else { return .damaged }
        for index in 0..<ReplacedRanges.limit {
            let offset = replacedOffset + index * ReplacedRange.byteCount
            let range = ReplacedRange(
                segmentNumber: copy.integer(at: offset), first: copy.integer(at: offset + 8),
                last: copy.integer(at: offset + 16), firstUnacknowledged: copy.integer(at: offset + 24))
            guard range.segmentNumber > 0 else { break }
            guard range.first <= range.last, range.last < limit, range.firstUnacknowledged <= range.last
            else { return .damaged }
            header.replaced.add(range)
        }
        return .header(header)
    }
}
