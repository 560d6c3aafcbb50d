/// The first 80 bytes of the refuge's file (DESIGN.md, "Refuge"): where in the ring the records behind it belong.
struct RefugeHeader: Hashable {
    static let byteCount = 80
    private static let magic: UInt64 = 0x3153_4e55_5359_5357  // "WSYSUNS1"
    private static let version: UInt16 = 1
    private static let checksumOffset = 76

    var ringID: RingID
    var machineID: RingID
    /// The segment that the records are framed for, whose header is durable.
    var segmentNumber: UInt64
    /// The first of them.
    var firstRecord: RecordNumber
    /// Where in the segment they are going to stand: the start of a page, up to which all is durable.
    var durableEnd: Int

    func bytes() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.store(Self.magic, at: 0)
        bytes.store(Self.version, at: 8)
        bytes.store(ringID.high, at: 16)
        bytes.store(ringID.low, at: 24)
        bytes.store(machineID.high, at: 32)
        bytes.store(machineID.low, at: 40)
        bytes.store(segmentNumber, at: 48)
        bytes.store(firstRecord, at: 56)
        bytes.store(UInt64(durableEnd), at: 64)
        bytes.store(Self.checksum(of: bytes), at: Self.checksumOffset)
        return bytes
    }

    /// The header at the start of `bytes`, or nil where there is no whole one of a known version.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.byteCount else { return nil }
        let expected = Self.checksum(of: bytes)
        let read = bytes.withUnsafeBytes { buffer -> (RefugeHeader, UInt64)? in
            guard buffer.integer(at: 0) == Self.magic, buffer.integer(at: 8) == Self.version,
                buffer.integer(at: Self.checksumOffset) == expected
            else { return nil }
            let header = RefugeHeader(
                ringID: RingID(high: buffer.integer(at: 16), low: buffer.integer(at: 24)),
                machineID: RingID(high: buffer.integer(at: 32), low: buffer.integer(at: 40)),
                segmentNumber: buffer.integer(at: 48), firstRecord: buffer.integer(at: 56), durableEnd: 0)
            return (header, buffer.integer(at: 64))
        }
        // A checksum can be made up; refusing such numbers keeps all sums from overflowing.
        guard let (header, durableEnd) = read, header.firstRecord > 0, header.firstRecord < 1 << 62,
            durableEnd < 1 << 40, durableEnd >= UInt64(RingFormat.pageByteCount),
            durableEnd.isMultiple(of: UInt64(RingFormat.pageByteCount))
        else { return nil }
        self = header
        self.durableEnd = Int(durableEnd)
    }

    init(
        ringID: RingID, machineID: RingID, segmentNumber: UInt64, firstRecord: RecordNumber, durableEnd: Int
    ) {
        self.ringID = ringID
        self.machineID = machineID
        self.segmentNumber = segmentNumber
        self.firstRecord = firstRecord
        self.durableEnd = durableEnd
    }

    private static func checksum(of bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { Checksum.crc32c(UnsafeRawBufferPointer(rebasing: $0[..<checksumOffset])) }
    }
}
