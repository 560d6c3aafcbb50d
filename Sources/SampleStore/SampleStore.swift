package import MetricModel

/// The hub's storage: recent samples in memory, the received requests in a log that survives a crash, older samples
/// in one SQLite file per UTC day.
package final class SampleStore: Sendable {
    /// Turns a logged request back into samples, at recovery.
    package typealias Decoder = @Sendable (ReceivedRequest) throws -> SampleColumns

    /// Opens or creates the store in `directory`, reads the log back, and starts the threads `wayside-log` (group
    /// commit) and `wayside-seal` (day files, retention). `now` is the wall clock in milliseconds since 1970.
    package init(
        directory: String, settings: StoreSettings = StoreSettings(), now: @escaping @Sendable () -> Int64,
        decode: @escaping Decoder
    ) throws(StoreError) {
        preconditionFailure("being built")
    }

    /// Logs the request, waits until it is durable (together with others that came meanwhile) and applies it. The
    /// samples can be queried when this returns, and survive a power cut.
    package func ingest(_ request: ReceivedRequest, decoded: SampleColumns) async throws(StoreError) -> IngestCounts {
        preconditionFailure("being built")
    }

    /// The same for callers that are not asynchronous; `completion` runs on the log's thread and must not block.
    package func submit(
        _ request: ReceivedRequest, decoded: SampleColumns,
        completion: @escaping @Sendable (Result<IngestCounts, StoreError>) -> Void
    ) {
        preconditionFailure("being built")
    }

    /// Writes everything in memory into the day files now and lets the log go.
    package func seal() throws(StoreError) {
        preconditionFailure("being built")
    }

    /// Deletes the day files whose last millisecond is older than the retention.
    package func removeExpired() {
        preconditionFailure("being built")
    }

    /// Refuses new requests, finishes those under way and stops both threads. Does not seal: the log has it all.
    package func close() {
        preconditionFailure("being built")
    }

    package func statistics() -> StoreStatistics {
        preconditionFailure("being built")
    }

    /// What requests have said of metrics: all of them, or of one name; at most `limit`, by name.
    package func metadata(name: String? = nil, limit: Int = .max) -> [SampleColumns.Family] {
        preconditionFailure("being built")
    }
}
