internal import MetricModel
internal import RemoteWrite

/// What one reading gave.
struct HistoryPiece: Sendable {
    var columns: SampleColumns
    var counts: ReadCounts
    /// Bytes of the answer, or of the samples where there was none.
    var byteCount: Int
}
