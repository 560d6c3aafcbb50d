internal import LabelMatching
internal import MetricModel

/// The series that a query found in memory and in the days' files, to be decoded by whoever reads them, outside all
/// locks.
struct StoredSelection: SeriesSelection {
    let labels: [Labels]
    let sampleEstimate: Int
    let byteCount: Int
    private let series: [StoredSeries]
    private let from: Int64
    private let through: Int64
    private let catalog: DayCatalog

    init(_ series: [StoredSeries], from: Int64, through: Int64, _ size: SelectionSize, _ catalog: DayCatalog) {
        self.series = series
        self.from = from
        self.through = through
        sampleEstimate = size.samples
        byteCount = size.bytes
        self.catalog = catalog
        labels = series.map { Labels(alreadyPacked: $0.packedLabels) }
    }

    /// Damaged chunks are left out, and counted.
    func read(_ index: Int, into buffer: inout SampleBuffer) throws(SourceError) {
        buffer.removeAll()
        var run = SampleRun(reusing: &buffer)
        do throws(StoreError) {
            let damage = try series[index].collect(from: from, through: through, into: &run, catalog.decoded)
            for (day, count) in damage { catalog.noteDamagedChunks(count, in: day) }
        } catch { throw QueryFailure.store(error).sourceError }
        run.give(to: &buffer)
    }
}
