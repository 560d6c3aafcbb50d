/// What an answer held beside the samples that were taken.
package struct ReadCounts: Sendable, Hashable {
    /// Samples now in the columns.
    package internal(set) var samples = 0
    /// Native histograms (of chunked answers: chunks of them), which nothing here keeps.
    package internal(set) var histograms = 0
    /// Chunks in an encoding that is not known here.
    package internal(set) var unknownChunks = 0
    /// Series whose labels are refused, and their samples.
    package internal(set) var refusedSeries = 0
    package internal(set) var refusedSamples = 0

    package init() {}

    package static func += (left: inout ReadCounts, right: ReadCounts) {
        left.samples += right.samples
        left.histograms += right.histograms
        left.unknownChunks += right.unknownChunks
        left.refusedSeries += right.refusedSeries
        left.refusedSamples += right.refusedSamples
    }

    mutating func add(_ counts: DecodedCounts) {
        samples += counts.samples
        histograms += counts.histograms
        refusedSeries += counts.refusedSeries
        refusedSamples += counts.refusedSamples
    }
}
