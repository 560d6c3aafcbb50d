internal import BatchRecord
internal import MetricModel
internal import RingLog

/// The batches of one boot in a ring, as far as it takes to place them in time.
struct BootSpan: Sendable {
    let bootID: BootID
    /// The last reading of a synchronised clock in this boot: it tells when all of the boot was.
    var synchronised: ClockReading?
    /// The latest time of a batch that is not open, corrections applied.
    var newestUnixMilliseconds: Int64?
    /// Batches that nobody has been sent, by a clock that was not synchronised, without a correction.
    var open: Open?

    struct Open: Sendable {
        var first: RecordNumber
        var last: RecordNumber
        var firstBootNanoseconds: Int64
        var lastBootNanoseconds: Int64
        var earliestUnixMilliseconds: Int64
        var latestUnixMilliseconds: Int64
        /// How far the clock was set within the batches, and its drift.
        var lowestBootUnixMilliseconds: Int64
        var highestBootUnixMilliseconds: Int64
        var sampleCount: UInt64
    }

    init(bootID: BootID) { self.bootID = bootID }

    mutating func add(_ record: RecordNumber, _ summary: BatchRecordDecoder.Summary, _ time: BufferTime) {
        let clock = summary.clock
        if clock.isSynchronised { synchronised = clock }
        let correction = time.corrections.correction(of: record, clock)
        guard !clock.isSynchronised, correction == nil, record > time.attemptedThrough else {
            let boot = correction?.bootUnixMilliseconds ?? clock.bootUnixMilliseconds
            let at = boot &+ clock.bootNanoseconds / 1_000_000
            newestUnixMilliseconds = max(newestUnixMilliseconds ?? at, at)
            return
        }
        let boot = clock.bootUnixMilliseconds
        var open =
            self.open
            ?? Open(
                first: record, last: record, firstBootNanoseconds: clock.bootNanoseconds,
                lastBootNanoseconds: clock.bootNanoseconds, earliestUnixMilliseconds: clock.unixMilliseconds,
                latestUnixMilliseconds: clock.unixMilliseconds, lowestBootUnixMilliseconds: boot,
                highestBootUnixMilliseconds: boot, sampleCount: 0)
        open.last = record
        open.firstBootNanoseconds = min(open.firstBootNanoseconds, clock.bootNanoseconds)
        open.lastBootNanoseconds = max(open.lastBootNanoseconds, clock.bootNanoseconds)
        open.earliestUnixMilliseconds = min(open.earliestUnixMilliseconds, clock.unixMilliseconds)
        open.latestUnixMilliseconds = max(open.latestUnixMilliseconds, clock.unixMilliseconds)
        open.lowestBootUnixMilliseconds = min(open.lowestBootUnixMilliseconds, boot)
        open.highestBootUnixMilliseconds = max(open.highestBootUnixMilliseconds, boot)
        open.sampleCount += UInt64(summary.sampleCount)
        self.open = open
    }
}
