package import RingLog

/// The buffer at one moment, for status, `/metrics` and `/api/v1/buffer`.
package struct BufferStatus: Sendable {
    package let recovery: RecoveryReport
    package internal(set) var statistics = RingStatistics()
    package internal(set) var fill: RingFill?
    package internal(set) var appendedSamples: UInt64 = 0
    /// Samples that were overwritten before every destination had acknowledged them.
    package internal(set) var lostSamples: UInt64 = 0
    /// Appends and commits that failed.
    package internal(set) var failureCount: UInt64 = 0
    /// Why the last append or commit failed; empty while all is well.
    package internal(set) var problem = ""

    init(recovery: RecoveryReport) {
        self.recovery = recovery
    }

    mutating func renew(from ring: RingLog<FlashDisk>) {
        statistics = ring.statistics
        fill = ring.fill
    }

    /// How many seconds the ring holds at the rate since the start, nil before there is a rate.
    package func capacitySeconds(uptimeSeconds: Double) -> Double? {
        guard let fill, uptimeSeconds > 10, statistics.payloadByteCount > 0 else { return nil }
        let bytesPerSecond = Double(statistics.payloadByteCount) / uptimeSeconds
        return Double(fill.capacityByteCount) / bytesPerSecond
    }
}
