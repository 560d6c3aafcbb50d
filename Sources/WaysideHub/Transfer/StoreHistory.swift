internal import LabelMatching
internal import MetricModel
internal import RemoteWrite
internal import SampleStore

/// The history in a store that this process has open.
struct StoreHistory: HistorySource {
    let store: SampleStore

    func read(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> HistoryPiece {
        do throws(SourceError) {
            let found = try store.select(
                matchers, from: from, through: through, sampleLimit: ReadEndpoint.sampleLimit)
            let columns = SampleColumns(found)
            return HistoryPiece(columns: columns, counts: ReadCounts(), byteCount: columns.byteCount)
        } catch { throw failure(error) }
    }

    func metricNames(
        _ sets: [[LabelMatcher]], from: Int64, through: Int64
    ) async throws(HistoryFailure) -> [String] {
        do throws(SourceError) {
            return try store.labelValues(of: "__name__", matching: sets, from: from, through: through, limit: .max)
        } catch { throw failure(error) }
    }

    func series(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> [Labels] {
        do throws(SourceError) {
            return try store.series(matching: [matchers], from: from, through: through, limit: .max)
        } catch { throw failure(error) }
    }

    func families() async throws(HistoryFailure) -> [ExactText: SampleColumns.Family] {
        Dictionary(store.metadata().map { (ExactText($0.name), $0) }, uniquingKeysWith: { $1 })
    }

    private func failure(_ error: SourceError) -> HistoryFailure {
        switch error {
        case .tooManySamples(let limit): .tooLarge("more than \(limit) samples")
        case .cancelled: .interrupted
        case .storage(let text): .refused(text)
        }
    }
}

extension SampleColumns {
    /// The samples of series side by side.
    init(_ series: [SeriesColumn]) {
        self.init()
        for column in series {
            beginRow(packedLabels: column.labels.packed)
            unixMilliseconds.append(contentsOf: column.unixMilliseconds)
            values.append(contentsOf: column.values)
            let last = rows.count - 1
            rows[last].samples = rows[last].samples.lowerBound..<values.count
        }
    }
}
