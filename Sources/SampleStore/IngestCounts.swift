/// What became of the samples of one request. Every sample is in exactly one of the counts but `outOfOrder`.
package struct IngestCounts: Sendable, Hashable {
    /// Samples now kept.
    package var stored = 0
    /// Of the stored, how many were not newer than their series' newest.
    package var outOfOrder = 0
    /// Samples already there with the same value.
    package var duplicates = 0
    /// Samples whose series has another value at that time; the first is kept.
    package var conflicts = 0
    /// Samples older than the retention.
    package var tooOld = 0
    /// Samples further ahead of the hub's clock than allowed.
    package var tooFarAhead = 0
    /// Samples of new series beyond the limit in all or of the sender.
    package var overSeriesLimit = 0
    /// Samples without a label, or with damaged ones.
    package var invalidLabels = 0
    /// The whole request had been received before: acknowledged, nothing written. Its samples are in `duplicates`.
    package var isRepeatedRequest = false
    /// The agent sent this record range before with other content: accepted, and worth an alarm.
    package var isConflictingRequest = false

    package init() {}

    /// Samples that will never be kept, whatever is retried: the reason for a 400.
    package var refused: Int { tooOld + tooFarAhead + overSeriesLimit + invalidLabels }
    /// Samples that are in the store after this request, for the Written headers.
    package var written: Int { stored + duplicates + conflicts }
}
