internal import Daemon
internal import MetricModel
internal import PromQL
internal import SampleStore

/// What `/metrics` says of queries: how many there are, what they take, and the large answers that are being read.
enum QuerySamples {
    private static let running = MetricFamily(
        "wayside_query_running", .gauge, help: "Queries that a thread works on, of promql.concurrency.")
    private static let waiting = MetricFamily(
        "wayside_query_waiting", .gauge, help: "Queries that wait for their turn, of promql.queue_limit.")
    private static let memory = MetricFamily(
        "wayside_query_memory_bytes", .gauge,
        help: "Bytes that running queries have taken of promql.memory_limit.")
    private static let cached = MetricFamily(
        "wayside_query_cache_bytes", .gauge, help: "Decoded columns of day files in memory, of storage.query_cache.")
    private static let hits = MetricFamily(
        "wayside_query_cache_hits_total", .counter, help: "Columns of day files that queries found decoded.")
    private static let misses = MetricFamily(
        "wayside_query_cache_misses_total", .counter, help: "Columns of day files that queries had to read.")
    private static let answers = MetricFamily(
        "wayside_query_unread_answers", .gauge, help: "Large answers to queries that their clients are reading.")
    private static let bytes = MetricFamily(
        "wayside_query_unread_bytes", .gauge,
        help: "Bytes of samples and labels that they hold in memory until they have been read.")
    private static let givenUp = MetricFamily(
        "wayside_query_given_up_answers_total", .counter,
        help: "Answers broken off, the slowest reader's first, because promql.unread_limit was passed.")

    static func append(
        _ load: WorkThreads.Load, _ queryMemory: QueryMemory, _ store: StoreStatistics, _ unread: UnreadAnswers.Counts,
        table: inout SeriesTable, to batch: inout SampleBatch
    ) {
        batch.append(Double(load.running), of: running, from: &table)
        batch.append(Double(load.waiting), of: waiting, from: &table)
        batch.append(Double(queryMemory.takenByteCount), of: memory, from: &table)
        batch.append(Double(store.decodedByteCount), of: cached, from: &table)
        batch.append(Double(store.decodedHits), of: hits, from: &table)
        batch.append(Double(store.decodedMisses), of: misses, from: &table)
        batch.append(Double(unread.answers), of: answers, from: &table)
        batch.append(Double(unread.heldByteCount), of: bytes, from: &table)
        batch.append(Double(unread.givenUp), of: givenUp, from: &table)
    }
}
