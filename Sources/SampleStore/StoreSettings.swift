/// The limits and times of a store, each with a default and a counter for what it refused.
package struct StoreSettings: Sendable {
    /// How long samples are kept; day files that end before go, and older samples are refused.
    package var retentionMilliseconds: Int64 = 90 * 86_400_000
    /// Bytes that the directory may take, log included; 0 for no bound. Past it the oldest days go, but never the newest.
    package var retentionByteCount: Int64 = 0
    /// How far ahead of the hub's clock a sample may be (Prometheus allows the same ten minutes).
    package var aheadLimitMilliseconds: Int64 = 600_000
    /// Active series in all, and of one sender.
    package var seriesLimit = 2_000_000
    package var seriesPerSenderLimit = 500_000
    /// Bytes of the labels of active series in all, and of those of one sender: labels are kept as they came.
    package var labelByteLimit = 1 << 30
    package var labelBytesPerSenderLimit = 256 << 20
    /// Bytes of received requests that wait for the log.
    package var backlogByteLimit = 64 << 20
    /// The log's size on disk, and that of one of its segments. A segment bounds the largest request.
    package var logByteCount: Int64 = 1 << 30
    package var logSegmentByteCount = 32 << 20
    /// Memory is sealed into day files this often, or earlier when the log is this full.
    package var sealIntervalMilliseconds: Int64 = 3_600_000
    package var sealAtLogFraction = 0.5
    /// Samples in one chunk of a day file, at most.
    package var chunkSampleLimit = 1024
    /// The same in a day's final form.
    package var finalChunkSampleLimit = 8192
    /// A day is brought into its final form when it has been over for so long: late samples are fewer then.
    package var finalGraceMilliseconds: Int64 = 3_600_000
    /// Samples that come later are merged by a new rewrite when they are more than this share of the day's.
    package var lateMergeFraction = 0.05
    /// Day files open for reading at once, and the page cache of each.
    package var openFileLimit = 8
    package var fileCacheByteCount = 4 << 20
    /// Bytes of decoded columns kept for the next queries, of all open day files together.
    package var decodedByteLimit = 256 << 20
    /// The page size of new day files: a power of two from 512 to 65,536.
    package var pageByteCount = 16_384
    /// Requests remembered of each agent, and agents remembered.
    package var identitiesPerAgent = 256
    package var agentLimit = 10_000
    /// Metrics whose type, help and unit are remembered; the longest name of which they are, and the longest help and unit,
    /// which are cut.
    package var metadataLimit = 20_000
    package var metadataNameByteLimit = 1024
    package var helpByteLimit = 1024
    /// Exemplars kept in memory, of all series together.
    package var exemplarLimit = 10_000
    /// The same in bytes: their labels and, with each, those of its series.
    package var exemplarByteLimit = 16 << 20
    /// A series without samples for so long leaves memory at a seal.
    package var idleSeriesMilliseconds: Int64 = 3_600_000

    package init() {}
}
