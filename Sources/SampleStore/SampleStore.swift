package import LabelMatching
internal import LinuxSystem
package import MetricModel
internal import RingLog
internal import Synchronization

/// The hub's storage: recent samples in memory, the received requests in a log that survives a crash, older samples
/// in one SQLite file per UTC day.
package final class SampleStore: Sendable {
    /// Turns a logged request back into samples, at recovery.
    package typealias Decoder = @Sendable (ReceivedRequest) throws -> SampleColumns

    /// The socket within a store's directory by which its hub takes orders from commands on the same machine.
    package static let controlSocketName = "control"

    let core: StoreCore
    private let logEnd: Wakeup
    private let sealEnd: Wakeup
    private let isClosed = Atomic(false)

    /// Opens or creates the store in `directory`, reads the log back, and starts the threads `wayside-log` (group
    /// commit) and `wayside-seal` (day files, retention). `now` is the wall clock in milliseconds since 1970.
    package init(
        directory: String, settings: StoreSettings = StoreSettings(),
        now: @escaping @Sendable () -> Int64 = { Clocks.unixMilliseconds() }, decode: Decoder
    ) throws(StoreError) {
        let core = try StoreCore(directory: directory, settings: settings, now: now, decode: decode)
        self.core = core
        do throws(SystemError) {
            let (logEnd, sealEnd) = (try Wakeup(), try Wakeup())
            (self.logEnd, self.sealEnd) = (logEnd, sealEnd)
            try DedicatedThread.start(name: "wayside-log") {
                core.runLog()
                logEnd.signal()
            }
            do throws(SystemError) {
                try DedicatedThread.start(name: "wayside-seal", stackByteCount: 2 << 20) {
                    core.runSeal()
                    sealEnd.signal()
                }
            } catch {
                core.queue.close(isAbandoned: true)
                throw error
            }
        } catch { throw .system(error) }
    }

    deinit { abandon() }

    /// Logs the request, waits until it is durable (together with others that came meanwhile) and applies it. The
    /// samples can be queried when this returns, and survive a power cut.
    package func ingest(_ request: ReceivedRequest, decoded: SampleColumns) async throws(StoreError) -> IngestCounts {
        let result: Result<IngestCounts, StoreError> = await withCheckedContinuation { continuation in
            submit(request, decoded: decoded) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// The same for callers that are not asynchronous. `completion` runs once, on the log's thread or, where the
    /// request is refused at once, on the caller's, and must not block.
    package func submit(
        _ request: ReceivedRequest, decoded: SampleColumns,
        completion: @escaping @Sendable (Result<IngestCounts, StoreError>) -> Void
    ) {
        if let name = LogRecord.overlongText(request) {
            completion(.failure(.headerTooLong(name: name, byteLimit: LogRecord.textByteLimit)))
            return
        }
        let pending = CommitQueue.Pending(request: request, columns: decoded, completion: completion)
        if let refusal = core.queue.submit(pending) { completion(.failure(refusal)) }
    }

    /// Writes everything in memory into the day files now and lets the log go.
    package func seal() throws(StoreError) { try core.seal() }

    /// The same, and brings every day into its final form, the present one too.
    package func sealFinally() throws(StoreError) { try core.sealFinally() }

    /// Copies the store into a new directory, from which it can be opened, while it goes on. Everything that was acknowledged
    /// before the call is in it, but for databases that cannot be read: what is answered says which, and that the copy has
    /// another name.
    package func backUp(to target: String) throws(StoreError) -> StoreBackup {
        try core.deleting.withLock { _ throws(StoreError) in try core.backUp(to: target) }
    }

    /// Deletes the samples of a range of time of the series for which one of the sets of matchers holds, as far as they
    /// were acknowledged before. Queries see none of them when this returns; they leave the files later, or by
    /// `cleanDeletions`. After an error some days may have lost them and others not.
    package func delete(_ matcherSets: [[LabelMatcher]], from: Int64, through: Int64) throws(StoreError) {
        try core.delete(matcherSets, from: from, through: through)
    }

    /// Writes every day that has deleted samples anew without them.
    package func cleanDeletions() throws(StoreError) { try core.cleanDeletions() }

    /// Brings the days that are over into their final form, as the store does by itself from time to time.
    package func rewriteDays() { core.rewriteDays { true } }

    /// Deletes the day files whose last millisecond is older than the retention, by the clock and by the newest data.
    package func removeExpired() { core.removeExpired() }

    /// Refuses new requests, finishes those under way, stops both threads, closes every database, whoever has a part of the
    /// store still, and gives the directory free. Does not seal: the log has it all.
    package func close() { end(isAbandoned: false) }

    /// Stops as a crash would, apart from answering who waits: nothing more is written.
    func abandon() { end(isAbandoned: true) }

    private func end(isAbandoned: Bool) {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        core.queue.close(isAbandoned: isAbandoned)
        Self.wait(for: logEnd)
        core.sealRequests.end()
        Self.wait(for: sealEnd)
        // An ordered rewrite ends when it sees that this is the end.
        core.rewriting.withLock { _ in }
        // After a crash nobody folds the journal in.
        if !isAbandoned { core.hub.withLock { $0.close() } }
        core.catalog.closeAll()
        core.unlock()
    }

    private static func wait(for end: Wakeup) {
        var isReady = false
        while !isReady {
            var interests = [Poll.Interest(end.number, readable: true)]
            // Interrupted or failed, the next turn looks again.
            do throws(SystemError) { isReady = try Poll.wait(&interests, timeoutMilliseconds: 1000) > 0 } catch {}
        }
    }

    package func statistics() -> StoreStatistics {
        let days = core.catalog.days()
        var statistics = core.memory.withLock { memory in
            var statistics = memory.statistics
            statistics.activeSeries = memory.head.series.count
            statistics.headSamples = memory.head.activeSamples + memory.head.frozenSamples
            statistics.headByteCount = memory.head.byteCount
            statistics.exemplarsKept = memory.exemplars.count
            statistics.exemplarByteCount = memory.exemplars.byteCount
            statistics.exemplarsOverByteLimit = memory.exemplars.overByteLimit
            statistics.metadataRefusals = memory.metadata.refusedCount
            // Of a day that has gone meanwhile nothing is wrong any more.
            let failed = memory.rewriteProblems
            statistics.rewriteProblem = days.first { failed[$0] != nil }.flatMap { failed[$0] } ?? ""
            statistics.newestUnixMilliseconds = memory.head.newestUnixMilliseconds
            statistics.offenders = memory.head.offenders(listLimit: StoreStatistics.offenderLimit)
            return statistics
        }
        core.log.withLock { log in
            let fill = log.fill
            statistics.logUsedByteCount = Int64(fill.unacknowledgedByteCount)
            statistics.logByteCount = Int64(fill.capacityByteCount)
        }
        let queue = core.queue.figures
        statistics.backlogByteCount = queue.byteCount
        statistics.busyRefusals = queue.busyRefusals
        core.catalog.fill(&statistics)
        return statistics
    }

    /// How many series the head has, and the `limit` largest of what they share.
    package func headCardinality(limit: Int) -> HeadCardinality {
        core.memory.withLock { $0.head.cardinality(limit: limit) }
    }

    /// The exemplars in a range of time of the series for which one of the sets of matchers holds. Of all series the
    /// newest `StoreSettings.exemplarLimit` are kept, or as many as `exemplarByteLimit` has room for.
    package func exemplars(_ matcherSets: [[LabelMatcher]], from: Int64, through: Int64) -> [ExemplarColumn] {
        core.memory.withLock { $0.exemplars.select(matcherSets, from: from, through: through) }
    }

    /// What requests have said of metrics: all of them, or of one name; at most `limit`, by name.
    package func metadata(name: String? = nil, limit: Int = .max) -> [SampleColumns.Family] {
        core.memory.withLock { memory in
            if let name { return memory.metadata.families[ExactText(name)].map { [$0] } ?? [] }
            let names = memory.metadata.families.keys.sorted()
            return names.prefix(max(limit, 0)).compactMap { memory.metadata.families[$0] }
        }
    }
}
