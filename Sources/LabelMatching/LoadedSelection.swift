package import MetricModel

/// A selection of series that are in memory.
package struct LoadedSelection: SeriesSelection {
    private let columns: [SeriesColumn]

    package init(_ columns: [SeriesColumn]) {
        self.columns = columns
    }

    package var labels: [Labels] { columns.map(\.labels) }
    package var sampleEstimate: Int { columns.reduce(0) { $0 + $1.values.count } }

    package func read(_ index: Int, into buffer: inout SampleBuffer) {
        buffer.unixMilliseconds = columns[index].unixMilliseconds
        buffer.values = columns[index].values
    }
}
