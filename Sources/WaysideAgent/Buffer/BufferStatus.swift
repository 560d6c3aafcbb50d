internal import BatchRecord
internal import RingLog

/// The buffer at one moment, for status, `/metrics` and `/api/v1/buffer`.
struct BufferStatus: Sendable {
    var recovery: RecoveryReport
    var ringID = RingID(high: 0, low: 0)
    var statistics = RingStatistics()
    var usage = BufferUsage()
    var fill: RingFill?
    /// The newest record appended, durable or not.
    var lastRecord: RecordNumber = 0
    /// What every destination has acknowledged.
    var acknowledgedThrough: RecordNumber = 0
    /// The newest unacknowledged record dropped from memory.
    var lastDroppedRecord: RecordNumber = 0
    /// Bytes in memory that are not on flash yet.
    var uncommittedByteCount = 0
    /// Why flash takes no writes; nil while it does.
    var degraded: DegradedReason?
    var appendedSamples: UInt64 = 0
    /// The newest gaps, at most `GapJournal.recentLimit`, those of earlier runs too.
    var gaps: [GapRecord] = []
    /// Samples lost before every destination had acknowledged them, since the start. Damaged records do not tell how
    /// many samples they held: of those there is only the gap.
    var lostSamplesByReason: [GapRecord.Reason: UInt64] = [:]
    /// The same of earlier runs, as far as the ring's gaps go back.
    var earlierLostSamples: UInt64 = 0
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
    /// The first record that some destination has not acknowledged, when it was looked at last, and its samples' time.
    var oldestUnsentRecord: RecordNumber?
    var oldestUnsentUnixMilliseconds: Int64?

    init(recovery: RecoveryReport) {
        self.recovery = recovery
    }

    mutating func renew<Disk: RingDisk>(from ring: RingLog<Disk>) {
        ringID = ring.ringID
        statistics = ring.statistics
        fill = ring.fill
        lastRecord = ring.lastRecord
        acknowledgedThrough = ring.destinations.compactMap { ring.cursor(of: $0) }.min() ?? 0
        lastDroppedRecord = ring.lastDroppedRecord
        uncommittedByteCount = ring.uncommittedByteCount
        degraded = ring.isKeepingInMemory ? ring.commitFailure.map { DegradedReason($0) } : nil
    }

    /// All samples lost that are known of.
    var lostSamples: UInt64 { lostSamplesByReason.values.reduce(0, +) + earlierLostSamples + unwritableSamples }

    /// Records found damaged, at opening or since.
    var damagedRecords: UInt64 { recovery.damagedRecordCount + statistics.damagedRecordCount }

    /// How many seconds the ring holds at the present rate, nil before there is a rate. What was written counts, not
    /// what was encoded: each commit fills up its page.
    var capacitySeconds: Double? {
        guard let fill, let rate = usage.ringBytesPerSecond else { return nil }
        return Double(fill.capacityByteCount) / rate
    }

    /// When the ring begins to lose what is unsent, in seconds from now, if nothing is acknowledged until then.
    var secondsUntilLoss: Double? {
        guard let fill, let rate = usage.ringBytesPerSecond else { return nil }
        return Double(max(0, fill.capacityByteCount - fill.unacknowledgedByteCount)) / rate
    }

    /// Bytes handed to the disk for each byte of payload, the making of segments aside.
    var writeAmplification: Double? {
        guard statistics.payloadByteCount > 0 else { return nil }
        return Double(statistics.writtenByteCount - statistics.zeroedByteCount) / Double(statistics.payloadByteCount)
    }
}
