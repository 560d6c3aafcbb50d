internal import Daemon
internal import MetricModel

/// What `/metrics` says of the large answers that are being read.
enum UnreadSamples {
    private static let answers = MetricFamily(
        "wayside_query_unread_answers", .gauge, help: "Large answers to queries that their clients are reading.")
    private static let bytes = MetricFamily(
        "wayside_query_unread_bytes", .gauge,
        help: "Bytes of samples and labels that they hold in memory until they have been read.")
    private static let givenUp = MetricFamily(
        "wayside_query_given_up_answers_total", .counter,
        help: "Answers broken off, the slowest reader's first, because promql.unread_limit was passed.")

    static func append(_ counts: UnreadAnswers.Counts, table: inout SeriesTable, to batch: inout SampleBatch) {
        batch.append(Double(counts.answers), of: answers, from: &table)
        batch.append(Double(counts.heldByteCount), of: bytes, from: &table)
        batch.append(Double(counts.givenUp), of: givenUp, from: &table)
    }
}
