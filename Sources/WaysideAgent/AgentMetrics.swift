internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import MQTTSession
internal import MetricModel
internal import RingLog
internal import Synchronization

/// What the agent says of itself: `wayside_*`, `mqtt_connection_status`, its process and its HTTP requests.
final class AgentMetrics: Sendable {
    private let table: Mutex<SeriesTable>
    private static let seriesLimit = 10_000

    init(scope: SeriesScope) {
        table = Mutex(SeriesTable(scope: scope, limit: AgentMetrics.seriesLimit))
    }

    /// Appends all of it to `batch`, at the batch's time.
    func append(_ agent: Agent, to batch: inout SampleBatch) {
        table.withLock { table in
            appendProcess(&table, &batch)
            appendHost(agent.host.summary, &table, &batch)
            appendTime(agent.time.status, &table, &batch)
            for link in agent.links { appendBroker(link, &table, &batch) }
            if let buffer = agent.buffer {
                appendBuffer(buffer.status, uptimeSeconds: agent.uptimeSeconds, &table, &batch)
            }
            for shipper in agent.shippers { appendDestination(shipper, &table, &batch) }
            RequestSamples.append(agent.requests, table: &table, to: &batch)
        }
    }

    private func appendProcess(_ table: inout SeriesTable, _ batch: inout SampleBatch) {
        do throws(SystemError) {
            ProcessMetrics.append(
                try ProcessReading.now(), program: "wayside-agent", version: Version.text, table: &table, to: &batch)
        } catch {
            // Without /proc there is nothing to say of the process; the collectors report that it is missing.
        }
    }

    private func appendHost(_ host: HostDesk.Summary, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        batch.append(Double(host.refusedSamples), of: Families.refusedSamples, ["host_series"], from: &table)
        batch.append(Double(table.refusedCount), of: Families.refusedSamples, ["agent_series"], from: &table)
    }

    private func appendBroker(_ link: BrokerLink, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        let status = link.session.status
        let broker = [link.url]
        batch.append(status.isConnected ? 1 : 0, of: Families.connection, broker, from: &table)
        batch.append(Double(status.messageCount), of: Families.brokerMessages, broker, from: &table)
        batch.append(Double(status.reconnectCount), of: Families.reconnects, broker, from: &table)
        batch.append(Double(status.oversizeCount), of: Families.oversize, broker, from: &table)
        batch.append(Double(status.failedBatchCount), of: Families.failedBatches, broker, from: &table)
    }

    private func appendTime(_ status: TimeStatus, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        batch.append(status.isSynchronised ? 1 : 0, of: Families.clockSynchronised, from: &table)
        batch.append(Double(status.stepCount), of: Families.clockSteps, from: &table)
        batch.append(Double(status.lastStepMilliseconds) / 1000, of: Families.lastClockStep, from: &table)
        batch.append(status.waitsUntilBootNanoseconds == nil ? 0 : 1, of: Families.waitsForSync, from: &table)
    }

    private func appendBuffer(
        _ status: BufferStatus, uptimeSeconds: Double, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        let counts = status.statistics
        if let fill = status.fill {
            batch.append(Double(fill.capacityByteCount), of: Families.bufferCapacity, from: &table)
            batch.append(Double(fill.unacknowledgedByteCount), of: Families.bufferUsed, from: &table)
        }
        if let seconds = status.capacitySeconds(uptimeSeconds: uptimeSeconds) {
            batch.append(seconds, of: Families.bufferCapacitySeconds, from: &table)
        }
        batch.append(Double(status.lostSamples), of: Families.lostSamples, ["overwritten"], from: &table)
        batch.append(Double(status.unwritableSamples), of: Families.lostSamples, ["unwritable"], from: &table)
        batch.append(Double(status.refusedSamples), of: Families.refusedSamples, ["buffer_series"], from: &table)
        batch.append(Double(status.appendedSamples), of: Families.appendedSamples, from: &table)
        batch.append(Double(status.time.retimedSamples), of: Families.retimedSamples, from: &table)
        batch.append(Double(status.time.uncertainSamples), of: Families.uncertainSamples, from: &table)
        batch.append(Double(status.time.refusedCorrections), of: Families.refusedCorrections, from: &table)
        batch.append(Double(counts.commitCount), of: Families.commits, from: &table)
        batch.append(Double(counts.writtenByteCount), of: Families.writtenBytes, from: &table)
        batch.append(Double(counts.payloadByteCount), of: Families.payloadBytes, from: &table)
        batch.append(Double(counts.damagedRecordCount), of: Families.damagedRecords, from: &table)
        batch.append(Double(status.failureCount), of: Families.bufferFailures, from: &table)
        batch.append(status.problem.isEmpty ? 0 : 1, of: Families.degraded, ["disk"], from: &table)
    }

    private func appendDestination(_ shipper: Shipper, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        let status = shipper.status
        let url = shipper.url
        batch.append(Double(status.acknowledgedSamples), of: Families.shippedSamples, [url], from: &table)
        batch.append(Double(status.sentBytes), of: Families.sentBytes, [url], from: &table)
        for (code, count) in status.requestsByStatus.sorted(by: { $0.key < $1.key }) {
            let text = code == 0 ? "none" : String(code)
            batch.append(Double(count), of: Families.requests, [url, text], from: &table)
        }
        for (reason, count) in status.droppedSamplesByReason.sorted(by: { $0.key < $1.key }) {
            batch.append(Double(count), of: Families.droppedSamples, [url, reason], from: &table)
        }
        batch.append(Double(status.unreadableSamples), of: Families.unreadableSamples, [url], from: &table)
        if let newest = status.newestAcknowledgedUnixMilliseconds {
            batch.append(Double(newest) / 1000, of: Families.newestAcknowledged, [url], from: &table)
        }
    }
}
