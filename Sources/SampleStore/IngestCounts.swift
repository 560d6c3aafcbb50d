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
    /// What will never be kept, whatever is retried: the reason for a 400. At most one of each reason.
    package private(set) var refusals: [IngestRefusal] = []
    /// Exemplars taken, those that were there already included, and those outside the times that are taken.
    package var exemplars = 0
    package var refusedExemplars = 0
    /// Samples that said when their counter began. It is not kept: nothing here asks for it.
    package var startTimestamps = 0
    /// The whole request had been received before: acknowledged, nothing written. Its samples are in `duplicates`.
    package var isRepeatedRequest = false
    /// The agent sent this record range before with other content: accepted, and worth an alarm.
    package var isConflictingRequest = false

    package init() {}

    package mutating func refuse(_ reason: IngestRefusal.Reason, sampleCount: Int, example: () -> [UInt8]) {
        if let known = refusals.firstIndex(where: { $0.reason == reason }) {
            refusals[known].sampleCount += sampleCount
        } else {
            refusals.append(IngestRefusal(reason: reason, sampleCount: sampleCount, example: example()))
        }
    }

    /// Counts a sample whose time is taken.
    mutating func repeats(_ bits: UInt64, of there: UInt64) {
        if there == bits { duplicates += 1 } else { conflicts += 1 }
    }

    package func refused(_ reason: IngestRefusal.Reason) -> Int {
        refusals.first { $0.reason == reason }?.sampleCount ?? 0
    }

    package var tooOld: Int { refused(.tooOld) }
    package var tooFarAhead: Int { refused(.tooFarAhead) }
    package var overSeriesLimit: Int { refused(.overSeriesLimit) }
    package var overLabelByteLimit: Int { refused(.overLabelByteLimit) }
    package var invalidLabels: Int { refused(.invalidLabels) }
    /// Samples that will never be kept.
    package var refused: Int { refusals.reduce(0) { $0 + $1.sampleCount } }
    /// Samples that are in the store after this request, for the Written headers.
    package var written: Int { stored + duplicates + conflicts }
}
