package import MetricModel

/// What PromQL reads: the series of a store, by label matchers and time.
///
/// All times are milliseconds since 1970 and both ends of a range are inside it. Matchers of one list must all hold;
/// of several lists, one must hold as a whole; no list at all means every series. Results are bounded by the limit
/// passed in: one more than a limit may be asked for to learn that something was left out.
package protocol SeriesSource: Sendable {
    /// Every series that matches and has samples in the range, with those samples. Fails with `tooManySamples` rather
    /// than give a part. The order of series is free.
    func select(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
    ) throws(SourceError) -> [SeriesColumn]

    /// The same before decoding, for whoever takes a series at a time. Fails with `tooManySamples` where it is clear that
    /// there are more; who reads the series counts what they come to. `isCancelled` is asked often, also while files are
    /// read; where it holds, the answer is `cancelled`.
    func selection(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> any SeriesSelection

    /// The names of all labels of matching series, in ascending byte order, at most `limit`.
    func labelNames(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [String]

    /// The values of one label among matching series, in ascending byte order, at most `limit`.
    func labelValues(
        of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [String]

    /// The label sets of matching series, each once, in ascending order, at most `limit`.
    func series(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [Labels]
}

extension SeriesSource {
    package func selection(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> any SeriesSelection {
        LoadedSelection(try select(matchers, from: from, through: through, sampleLimit: sampleLimit))
    }
}
