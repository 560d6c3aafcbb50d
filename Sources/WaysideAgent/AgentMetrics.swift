internal import Daemon
internal import HTTPExchange
internal import LinuxSystem
internal import MQTTSession
internal import MetricModel
internal import RingLog
internal import Shipping
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
            appendHost(agent.host.summary, refusedByBrokers: agent.brokers.refusedCount, &table, &batch)
            appendTime(agent.time.status, &table, &batch)
            for link in agent.links { appendBroker(link, &table, &batch) }
            if let buffer = agent.buffer {
                BufferSamples.append(buffer.status, table: &table, to: &batch)
            }
            for shipper in agent.shippers { appendDestination(shipper, &table, &batch) }
            AccessSamples.append(agent.access, table: &table, to: &batch)
            TLSMetrics.append(agent.tlsContexts, table: &table, to: &batch)
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

    private func appendHost(
        _ host: HostDesk.Summary, refusedByBrokers: UInt64, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        batch.append(Double(host.refusedSamples), of: Families.refusedSamples, ["host_series"], from: &table)
        batch.append(Double(table.refusedCount), of: Families.refusedSamples, ["agent_series"], from: &table)
        batch.append(Double(refusedByBrokers), of: Families.refusedSamples, ["broker_series"], from: &table)
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

    /// What a destination is not sent, or not yet; of settings that are there only.
    private func appendLimits(
        _ shipper: Shipper, _ status: DestinationStatus, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        let url = shipper.url
        for (reason, count) in status.leftOutSamplesByReason.sorted(by: { $0.key < $1.key }) {
            batch.append(Double(count), of: Families.leftOutSamples, [url, reason], from: &table)
        }
        for limit in shipper.dispatch.sendLimits.given {
            let reason = limit.rawValue
            let count = status.heldRequestsByReason[reason] ?? 0
            batch.append(Double(count), of: Families.heldRequests, [url, reason], from: &table)
            batch.append(status.heldBy == reason ? 1 : 0, of: Families.held, [url, reason], from: &table)
        }
        if shipper.dispatch.sendLimits.bytesPerDay != nil {
            batch.append(Double(status.dayBytes), of: Families.dayBytes, [url], from: &table)
        }
        if shipper.dispatch.newestFirst {
            batch.append(Double(status.backlogRecords ?? 0), of: Families.backlogRecords, [url], from: &table)
        }
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
        appendLimits(shipper, status, &table, &batch)
        batch.append(Double(status.unreadableSamples), of: Families.unreadableSamples, [url], from: &table)
        batch.append(Double(status.shortWrites), of: Families.shortWrites, [url], from: &table)
        if let newest = status.newestAcknowledgedUnixMilliseconds {
            batch.append(Double(newest) / 1000, of: Families.newestAcknowledged, [url], from: &table)
        }
    }
}
