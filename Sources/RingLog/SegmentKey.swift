/// What ties a record to its ring and segment: the start of every checksum in it.
struct SegmentKey: Hashable {
    let segmentNumber: UInt64
    /// The low half of the segment's number, which stands in every record as a cheap first test.
    let tag: UInt32
    let seed: UInt32

    init(ringID: RingID, segmentNumber: UInt64) {
        self.segmentNumber = segmentNumber
        tag = UInt32(truncatingIfNeeded: segmentNumber)
        seed = withUnsafeTemporaryAllocation(byteCount: 24, alignment: 8) { bytes in
            bytes.store(ringID.high, at: 0)
            bytes.store(ringID.low, at: 8)
            bytes.store(segmentNumber, at: 16)
            return Checksum.crc32c(UnsafeRawBufferPointer(bytes))
        }
    }
}
