/// The store's counters and gauges since it was opened, for the hub's `wayside_*` metrics.
package struct StoreStatistics: Sendable {
    /// Sums over all requests since the start; recovery's replay is counted in `replayed…` instead.
    package var stored: UInt64 = 0
    package var outOfOrder: UInt64 = 0
    package var duplicates: UInt64 = 0
    package var conflicts: UInt64 = 0
    package var tooOld: UInt64 = 0
    package var tooFarAhead: UInt64 = 0
    package var overSeriesLimit: UInt64 = 0
    package var overLabelByteLimit: UInt64 = 0
    package var invalidLabels: UInt64 = 0
    package var requests: UInt64 = 0
    /// Exemplars taken, and those outside the times that are taken.
    package var exemplars: UInt64 = 0
    package var refusedExemplars: UInt64 = 0
    /// Exemplars that made room before there were `exemplarLimit`, or found none, because of `exemplarByteLimit`.
    package var exemplarsOverByteLimit: UInt64 = 0
    /// Start timestamps beside samples, which are not kept.
    package var startTimestamps: UInt64 = 0
    package var repeatedRequests: UInt64 = 0
    package var conflictingRequests: UInt64 = 0
    /// Requests refused because of the backlog, and because the log was full.
    package var busyRefusals: UInt64 = 0
    package var logFullRefusals: UInt64 = 0
    /// Group commits, and those that failed.
    package var commits: UInt64 = 0
    package var commitFailures: UInt64 = 0
    package var replayedRecords: UInt64 = 0
    package var replayedSamples: UInt64 = 0
    /// Log records that could not be read or decoded at recovery.
    package var replayFailures: UInt64 = 0
    package var seals: UInt64 = 0
    package var sealFailures: UInt64 = 0
    package var sealedSamples: UInt64 = 0
    /// Of the sealed, samples of a day that had been sealed before past their time.
    package var lateSamples: UInt64 = 0
    package var lastSealMilliseconds: Int64 = 0
    /// Days brought into their final form, and attempts that failed.
    package var rewrites: UInt64 = 0
    package var rewriteFailures: UInt64 = 0
    /// Orders to delete that were carried out, and those that failed, at least for a day.
    package var deletions: UInt64 = 0
    package var deletionFailures: UInt64 = 0
    /// Day files deleted because they were too old, and because the directory had grown past its bound.
    package var removedDays: UInt64 = 0
    package var removedDaysForSpace: UInt64 = 0
    /// By how much the directory is past its bound although only the newest day is left.
    package var byteCountOverLimit: Int64 = 0
    /// Day files that could not be read or had to be set aside, and what was said of the last one.
    package var damagedFiles: UInt64 = 0
    package var damagedChunks: UInt64 = 0
    /// Columns of day files that are kept decoded, in bytes; how often queries found one, and how often not.
    package var decodedByteCount = 0
    package var decodedHits: UInt64 = 0
    package var decodedMisses: UInt64 = 0
    package var lastDamage = ""
    /// Times that the disk did not give back what is in a day file, and what was said of the one that failed last; empty
    /// when none has for `readFailureMemoryMilliseconds`.
    package var readFailures: UInt64 = 0
    package var readProblem = ""
    /// Damaged day files that a seal has put aside, so that a new one takes the day's samples.
    package var setAsideFiles: UInt64 = 0
    /// Why the log takes no writes; empty while it does.
    package var logProblem = ""
    /// Why memory could not be sealed into day files, a day not be brought into its final form, and one not be deleted
    /// that should go; each is empty again from the next success on.
    package var sealProblem = ""
    package var rewriteProblem = ""
    package var retentionProblem = ""
    /// Whether what is acknowledged does not go the whole way: the log takes no writes, or memory cannot be sealed, which
    /// ends with a full log.
    package var isDegraded: Bool { !logProblem.isEmpty || !sealProblem.isEmpty }
    /// Sayings of metrics beyond the limits on names, which are not kept.
    package var metadataRefusals: UInt64 = 0
    /// Gauges.
    package var activeSeries = 0
    package var headSamples = 0
    package var exemplarsKept = 0
    package var exemplarByteCount = 0
    package var headByteCount = 0
    package var backlogByteCount = 0
    package var logUsedByteCount: Int64 = 0
    package var logByteCount: Int64 = 0
    package var dayFiles = 0
    package var oldestUnixMilliseconds: Int64?
    package var newestUnixMilliseconds: Int64?

    /// The senders that were refused series most often, at most `offenderLimit`, the worst first.
    package var offenders: [SeriesOffender] = []
    static let offenderLimit = 20

    package init() {}
}
