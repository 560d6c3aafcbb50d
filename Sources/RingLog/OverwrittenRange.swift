/// Records that are about to go, or are gone, because the ring was full or became smaller.
package struct OverwrittenRange: Hashable, Sendable {
    package let segmentNumber: UInt64
    /// The numbers of the segment's records.
    package let first: RecordNumber
    package let last: RecordNumber
    /// The first of them that some destination had not acknowledged, or nil where nobody waited for any.
    package let firstUnacknowledged: RecordNumber?
    /// Whether they can still be read: until the next `commit`. False where a crash came between.
    package let isReadable: Bool

    package init(
        segmentNumber: UInt64, first: RecordNumber, last: RecordNumber, firstUnacknowledged: RecordNumber?,
        isReadable: Bool
    ) {
        self.segmentNumber = segmentNumber
        self.first = first
        self.last = last
        self.firstUnacknowledged = firstUnacknowledged
        self.isReadable = isReadable
    }
}
