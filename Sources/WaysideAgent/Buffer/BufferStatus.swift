internal import RingLog

/// The buffer at one moment, for status, `/metrics` and `/api/v1/buffer`.
struct BufferStatus: Sendable {
    let recovery: RecoveryReport
    var statistics = RingStatistics()
    var fill: RingFill?
    /// The newest record appended, durable or not.
    var lastRecord: RecordNumber = 0
    var appendedSamples: UInt64 = 0
    /// Samples that were overwritten before every destination had acknowledged them.
    var lostSamples: UInt64 = 0
    /// Samples that could not be appended and that nobody gives again.
    var unwritableSamples: UInt64 = 0
    /// Samples that the encoder refused: its dictionary was full, or their labels are too long for a record.
    var refusedSamples: UInt64 = 0
    /// Which records are corrected in time, and whether anything may be sent.
    var time = BufferTime()
    /// Appends and commits that failed.
    var failureCount: UInt64 = 0
    /// Why the last append or commit failed; empty while all is well.
    var problem = ""

    init(recovery: RecoveryReport) {
        self.recovery = recovery
    }

    mutating func renew<Disk: RingDisk>(from ring: RingLog<Disk>) {
        statistics = ring.statistics
        fill = ring.fill
        lastRecord = ring.lastRecord
    }

    /// How many seconds the ring holds at the rate since the start, nil before there is a rate.
    func capacitySeconds(uptimeSeconds: Double) -> Double? {
        let used = statistics.writtenByteCount - statistics.zeroedByteCount
        guard let fill, uptimeSeconds > 10, used > 0 else { return nil }
        // What was written counts, not what was encoded: each commit fills up its page.
        return Double(fill.capacityByteCount) / (Double(used) / uptimeSeconds)
    }
}
