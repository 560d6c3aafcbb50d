internal import LabelMatching
internal import MetricModel

/// Where history is read from: a store's own files, or a server that answers remote read. Times are milliseconds since
/// 1970, both ends included.
protocol HistorySource: Sendable {
    /// The samples of the series for which all matchers hold. A series may come in several rows, each in ascending time.
    func read(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> HistoryPiece

    /// The names of metrics of which one of the sets of matchers holds, in ascending order.
    func metricNames(
        _ sets: [[LabelMatcher]], from: Int64, through: Int64
    ) async throws(HistoryFailure) -> [String]

    /// The series for which all matchers hold, in no order.
    func series(_ matchers: [LabelMatcher], from: Int64, through: Int64) async throws(HistoryFailure) -> [Labels]

    /// What is known of metrics and families, by name.
    func families() async throws(HistoryFailure) -> [ExactText: SampleColumns.Family]
}
