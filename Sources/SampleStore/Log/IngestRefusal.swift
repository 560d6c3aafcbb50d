/// Samples of a request that will never be kept: why, how many, and the labels of the first.
package struct IngestRefusal: Sendable, Hashable {
    package enum Reason: Sendable, Hashable, CaseIterable {
        /// Older than the retention.
        case tooOld
        /// Further ahead of the hub's clock than allowed.
        case tooFarAhead
        /// Of new series beyond the limit in all or of the sender.
        case overSeriesLimit
        /// Of new series whose labels would take more bytes than those of all, or of the sender's, may.
        case overLabelByteLimit
        /// Without a label, or with damaged ones.
        case invalidLabels
    }

    package let reason: Reason
    package internal(set) var sampleCount: Int
    /// Packed labels of the first series; empty where they are what is wrong.
    package let example: [UInt8]
}
