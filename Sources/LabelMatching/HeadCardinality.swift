/// How many series the head has and what most of them share, for whoever looks for the label that has run away.
package struct HeadCardinality: Sendable {
    package var seriesCount = 0
    package var labelPairCount = 0
    /// Streams of samples, one or two a series.
    package var chunkCount = 0
    /// First and last sample of all; nil where there is none.
    package var times: ClosedRange<Int64>?
    /// Each the largest, at most as many as were asked for, largest first.
    package var seriesByMetricName: [(name: String, value: UInt64)] = []
    package var valuesByLabelName: [(name: String, value: UInt64)] = []
    package var bytesByLabelName: [(name: String, value: UInt64)] = []
    package var seriesByLabelPair: [(name: String, value: UInt64)] = []

    package init() {}
}
