package import MetricModel

/// The series that some matchers found in a range of times, before their samples are decoded.
package protocol SeriesSelection: Sendable {
    /// Their labels, each set once, in any order. One may turn out to have no samples in the range.
    var labels: [Labels] { get }
    /// About how many samples have to be decoded for all of them.
    var sampleEstimate: Int { get }

    /// Replaces what is in `buffer` with the samples in the range of the series at `index` of `labels`. Several threads
    /// may call it at once.
    func read(_ index: Int, into buffer: inout SampleBuffer) throws(SourceError)
}
