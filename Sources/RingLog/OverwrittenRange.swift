/// Records that are about to go, or are gone, because the ring or the memory was full or the ring became smaller.
package struct OverwrittenRange: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// The ring is full, and this is its oldest segment.
        case full
        /// The ring has become smaller.
        case resized
        /// The disk takes no writes, and the memory kept for that is full.
        case memoryFull
    }

    package let reason: Reason
    package let segmentNumber: UInt64
    /// The numbers of the segment's records.
    package let first: RecordNumber
    package let last: RecordNumber
    /// The first of them that some destination had not acknowledged, or nil where nobody waited for any.
    package let firstUnacknowledged: RecordNumber?
    /// Whether they can still be read: until the next `commit`, and where memory was full until the next append too.
    /// False where a crash came between.
    package let isReadable: Bool

    package init(
        reason: Reason = .full, segmentNumber: UInt64, first: RecordNumber, last: RecordNumber,
        firstUnacknowledged: RecordNumber?,
        isReadable: Bool
    ) {
        self.reason = reason
        self.segmentNumber = segmentNumber
        self.first = first
        self.last = last
        self.firstUnacknowledged = firstUnacknowledged
        self.isReadable = isReadable
    }
}
