internal import BatchRecord
internal import Logging
internal import MetricModel
internal import RingLog
internal import Shipping
internal import Wear

/// The series that were live in the last tick of an earlier run, read back from the ring, so that those which are gone
/// after the restart get their stale markers.
struct LastTick: Sendable {
    /// Full label sets of the host's batch.
    private(set) var host: [Labels] = []
    /// Full label sets of the brokers' batch; none where there was no such batch.
    private(set) var brokers: [Labels] = []
    /// Full label sets of the agent's own batch.
    private(set) var agent: [Labels] = []
    /// Full label sets of the batch of wear.
    private(set) var wear: [Labels] = []

    /// How far back the tick is looked for, in records and in batches that might be it.
    private static let recordLimit: RecordNumber = 20_000
    private static let batchLimit = 64
    private static let sampleLimit = 100_000
    private static let hostJob = "node"
    private static let brokerJob = "mosquitto"
    private static let agentJob = "wayside-agent"

    /// That of no earlier run.
    init() {}

    init<Disk: RingDisk>(in buffer: AgentBuffer<Disk>, logger: Logger) {
        do throws(RingError) {
            let batches = try LastTick.newestBatches(in: buffer)
            var reader = RecordReader(seriesLimit: LastTick.sampleLimit)
            for batch in batches.reversed() {
                let labels = try LastTick.liveSeries(of: batch, in: buffer, &reader)
                let jobs = Set(labels.map { $0["job"] ?? "" })
                // The agent's batch tells that all jobs are up, the brokers' too.
                let kind: WritableKeyPath<LastTick, [Labels]>
                if jobs.contains(LastTick.agentJob) {
                    kind = \.agent
                } else if jobs.contains(LastTick.hostJob) {
                    kind = \.host
                } else if jobs.contains(LastTick.brokerJob) {
                    kind = \.brokers
                } else if labels.contains(where: { $0.metricName == WearTracker.markerName }) {
                    kind = \.wear
                } else {
                    continue
                }
                // With both found, the next of either is of a tick before, and so are brokers or wear that come behind it.
                // Wear stands last in its tick, so that of an earlier one is met before the agent's.
                if !host.isEmpty, !agent.isEmpty, kind == \.wear || !self[keyPath: kind].isEmpty { break }
                if self[keyPath: kind].isEmpty { self[keyPath: kind] = labels }
            }
        } catch {
            logger.warning(
                "series that ended with the last run get no stale markers", metadata: ["error": "\(error)"])
        }
    }

    /// The newest batches that may be of a tick: those of messages carry a journal.
    private static func newestBatches<Disk: RingDisk>(
        in buffer: AgentBuffer<Disk>
    ) throws(RingError) -> [PlannedRequest] {
        let decoder = BatchRecordDecoder()
        return try buffer.read { (ring) throws(RingError) in
            var found: [PlannedRequest] = []
            var first: RecordNumber?
            var hasJournal = false
            let start = ring.lastRecord > recordLimit ? ring.lastRecord - recordLimit : 1
            try ring.read(from: max(start, ring.oldestRecord), includingUncommitted: true) { header, bytes in
                guard header.kind == .samples else { return true }
                first = first ?? header.number
                do throws(BatchRecordError) {
                    if try !decoder.summary(of: bytes).annotation.isEmpty { hasJournal = true }
                } catch {
                    // Damaged, or of a later version: no batch to go by.
                    hasJournal = true
                }
                guard header.flags.contains(.batchEnd) else { return true }
                if !hasJournal, let first {
                    found.append(
                        PlannedRequest(firstRecord: first, lastRecord: header.number, sampleCount: 0, byteCount: 0))
                    if found.count > batchLimit { found.removeFirst() }
                }
                first = nil
                hasJournal = false
                return true
            }
            return found
        }
    }

    private static func liveSeries<Disk: RingDisk>(
        of batch: PlannedRequest, in buffer: AgentBuffer<Disk>, _ reader: inout RecordReader
    ) throws(RingError) -> [Labels] {
        var assembler = RequestAssembler(seriesLimit: sampleLimit, sampleLimit: sampleLimit)
        try buffer.read { (ring) throws(RingError) in
            try reader.assemble(batch, from: ring, corrections: TimeCorrections(), into: &assembler)
        }
        var columns = SampleColumns()
        _ = assembler.finish(into: &columns)
        return columns.rows.compactMap { row in
            guard let last = row.samples.last, !StaleMarker.isStale(columns.values[last]) else { return nil }
            return columns.labels(of: row)
        }
    }
}
