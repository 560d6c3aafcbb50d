/// A series of a request that was not taken, and why. The rest of the request is not affected.
package struct SeriesRefusal: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case missingName = "no metric name"
        case emptyLabelName = "an empty label name"
        case badMetricName = "an invalid metric name"
        case badLabelName = "an invalid label name"
        case duplicateLabelName = "a label name twice"
        case notUTF8 = "a label that is not UTF-8"
        case tooManyLabels = "too many labels"
        case labelNameTooLong = "a label name that is too long"
        case labelValueTooLong = "a label value that is too long"
        case oddReferences = "an odd number of label references"
        case referenceOutOfRange = "a reference to a symbol that is not there"
        case noSamples = "neither samples nor histograms"
        case samplesAndHistograms = "samples and histograms at once"
    }

    /// Which series of the request it is, counted from 0.
    package let seriesIndex: Int
    package let reason: Reason

    package init(seriesIndex: Int, reason: Reason) {
        self.seriesIndex = seriesIndex
        self.reason = reason
    }
}
