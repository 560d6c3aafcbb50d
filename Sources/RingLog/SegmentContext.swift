/// Where the next record will be: what an encoder with a dictionary for each segment must know.
package struct SegmentContext: Hashable, Sendable {
    /// The segment's number; it rises by one with each segment and never comes again in this ring.
    package let segmentNumber: UInt64
    /// The number the next record will get.
    package let recordNumber: RecordNumber
    /// Where in the segment the next record begins.
    package let byteOffset: Int
    /// The segment's size in bytes.
    package let segmentByteCount: Int
    /// The most bytes that one record may hold.
    package let recordByteLimit: Int

    package init(
        segmentNumber: UInt64, recordNumber: RecordNumber, byteOffset: Int, segmentByteCount: Int, recordByteLimit: Int
    ) {
        self.segmentNumber = segmentNumber
        self.recordNumber = recordNumber
        self.byteOffset = byteOffset
        self.segmentByteCount = segmentByteCount
        self.recordByteLimit = recordByteLimit
    }
}
