internal import LabelMatching
internal import MetricModel

/// What a selector found, in the order of labels.
struct OrderedSelection: Sendable {
    private let selection: any SeriesSelection
    private let labels: [Labels]
    private let order: [Int]

    init(_ selection: any SeriesSelection) {
        self.selection = selection
        let labels = selection.labels
        self.labels = labels
        order = labels.indices.sorted { Labels.isOrdered(labels[$0], before: labels[$1]) }
    }

    var count: Int { order.count }
    var sampleEstimate: Int { selection.sampleEstimate }

    /// Puts the samples of the series at a place in the order into `buffer`.
    func read(_ number: Int, into buffer: inout SampleBuffer, sampleLimit: Int) throws(QueryError) -> Labels {
        do throws(SourceError) {
            try selection.read(order[number], into: &buffer)
        } catch { throw QueryError(error, sampleLimit: sampleLimit) }
        return labels[order[number]]
    }
}
