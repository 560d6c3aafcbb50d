/// How a ring stands now.
package struct RingFill: Hashable, Sendable {
    /// Bytes that records can take when every segment is made.
    package let capacityByteCount: Int
    /// Bytes of segments between the first unacknowledged record and the newest; padding counts.
    package let unacknowledgedByteCount: Int
    /// Segment files made so far, and how many there will be.
    package let segmentCount: Int
    package let segmentLimit: Int
    /// Segments that failed to take a write and are left alone.
    package let failedSegmentCount: Int
    package let oldestRecord: RecordNumber
    package let lastDurableRecord: RecordNumber
    /// The first record that some destination has not acknowledged, or nil where nobody waits for any.
    package let oldestUnacknowledgedRecord: RecordNumber?

    /// The unacknowledged share of the capacity, 0 to 1.
    package var usedFraction: Double {
        capacityByteCount == 0 ? 0 : Double(unacknowledgedByteCount) / Double(capacityByteCount)
    }
}
