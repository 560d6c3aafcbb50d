/// What a ring has done since it was opened, and how it stands.
package struct RingStatistics: Hashable, Sendable {
    /// Bytes handed to the disk: headers, records, padding, cursor pages and zeros of new segments.
    package var writtenByteCount: UInt64 = 0
    /// Of the written, zeros of new segments, which each segment gets once in its life.
    package var zeroedByteCount: UInt64 = 0
    /// Bytes of records as their encoders gave them.
    package var payloadByteCount: UInt64 = 0
    package var appendedRecordCount: UInt64 = 0
    package var commitCount: UInt64 = 0
    package var synchroniseCount: UInt64 = 0
    package var cursorWriteCount: UInt64 = 0
    /// Writes and synchronisations that failed.
    package var diskFailureCount: UInt64 = 0
    /// Times that uncommitted records had to move to another segment.
    package var relocationCount: UInt64 = 0
    /// Records, and the unacknowledged among them, that were overwritten.
    package var overwrittenRecordCount: UInt64 = 0
    package var overwrittenUnacknowledgedRecordCount: UInt64 = 0
    package var overwrittenSegmentCount: UInt64 = 0
    /// Records refused because the ring was full, too large, or waiting for a failed disk.
    package var refusedRecordCount: UInt64 = 0
    /// Damaged records met by readers since opening; opening's own are in the `RecoveryReport`.
    package var damagedRecordCount: UInt64 = 0

    package init() {}
}

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
