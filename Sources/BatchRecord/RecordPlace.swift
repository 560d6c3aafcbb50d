/// Where the next record will be in the ring: what the encoder must know of the log it writes for.
package struct RecordPlace: Hashable, Sendable {
    package let segmentNumber: UInt64
    /// The number the next record will get.
    package let recordNumber: UInt64
    /// Where in the segment it begins.
    package let byteOffset: Int
    /// The most bytes that one record may hold.
    package let recordByteLimit: Int

    package init(segmentNumber: UInt64, recordNumber: UInt64, byteOffset: Int, recordByteLimit: Int) {
        self.segmentNumber = segmentNumber
        self.recordNumber = recordNumber
        self.byteOffset = byteOffset
        self.recordByteLimit = recordByteLimit
    }
}
