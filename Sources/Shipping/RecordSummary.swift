package import MetricModel

/// What must be known of a ring's record to say where requests end. All of it is stored in the ring, so that it is
/// the same after a restart.
package struct RecordSummary: Sendable, Hashable {
    package let number: UInt64
    /// Whether a batch ends with this record; requests hold whole batches.
    package let endsBatch: Bool
    package let byteCount: Int
    /// 0 for records that hold no samples (state, dictionary, unknown kinds).
    package let sampleCount: Int
    package let bootID: BootID
    /// CLOCK_BOOTTIME when the batch was taken. Unlike wall time it is never corrected afterwards.
    package let bootNanoseconds: Int64
    /// Whether the batch is a request of its own: a gap, whose time a receiver may find too old, and refuse with it
    /// whatever is in the same request.
    package let isAlone: Bool

    package init(
        number: UInt64, endsBatch: Bool, byteCount: Int, sampleCount: Int, bootID: BootID, bootNanoseconds: Int64,
        isAlone: Bool = false
    ) {
        self.isAlone = isAlone
        self.number = number
        self.endsBatch = endsBatch
        self.byteCount = byteCount
        self.sampleCount = sampleCount
        self.bootID = bootID
        self.bootNanoseconds = bootNanoseconds
    }
}
