internal import Daemon
internal import MetricModel
internal import PromQL
internal import SampleStore

/// What `/metrics` says of queries: how many there are, and what they take.
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

    static func append(
        _ load: WorkThreads.Load, _ queryMemory: QueryMemory, _ store: StoreStatistics, table: inout SeriesTable,
        to batch: inout SampleBatch
    ) {
        batch.append(Double(load.running), of: running, from: &table)
        batch.append(Double(load.waiting), of: waiting, from: &table)
        batch.append(Double(queryMemory.takenByteCount), of: memory, from: &table)
        batch.append(Double(store.decodedByteCount), of: cached, from: &table)
        batch.append(Double(store.decodedHits), of: hits, from: &table)
        batch.append(Double(store.decodedMisses), of: misses, from: &table)
    }
}
