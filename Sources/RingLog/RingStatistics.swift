/// What a ring has done since it was opened, and how it stands.
package struct RingStatistics: Hashable, Sendable {
    /// Bytes handed to the disk: headers, records, padding, cursor pages and zeros of new segments.
    package var writtenByteCount: UInt64 = 0
    /// Of the written, zeros of new segments, which each segment gets once in its life.
    package var zeroedByteCount: UInt64 = 0
    /// Bytes of records as their encoders gave them.
    package var payloadByteCount: UInt64 = 0
    package var appendedRecordCount: UInt64 = 0
    /// Commits that had something to write, failed ones included.
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
    /// Records that were dropped from memory while the disk took no writes.
    package var droppedRecordCount: UInt64 = 0
    /// Records refused because the ring was full, too large, or waiting for a failed disk.
    package var refusedRecordCount: UInt64 = 0
    /// Damaged records found by readers since opening, each once; those that opening found are in the `RecoveryReport`.
    package var damagedRecordCount: UInt64 = 0

    package init() {}
}
