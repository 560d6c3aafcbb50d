internal import MetricModel
internal import Relay
internal import Shipping

/// What `/metrics` says of relay targets.
enum RelaySamples {
    static func append(
        _ desk: RelayDesk?, nowUnixMilliseconds now: Int64, table: inout SeriesTable, to batch: inout SampleBatch
    ) {
        guard let desk else { return }
        for target in desk.targets {
            appendSending(target, &table, &batch)
            appendLosses(target, &table, &batch)
            let buffer = target.buffer.status
            let gauges: [(MetricFamily, Double)] = [
                (RelayFamilies.lag, target.lagSeconds(nowUnixMilliseconds: now)),
                (RelayFamilies.usedBytes, Double(buffer.usedByteCount)),
                (RelayFamilies.bytes, Double(buffer.byteCount)),
                (RelayFamilies.degraded, buffer.problem.isEmpty ? 0 : 1),
                (RelayFamilies.repeated, Double(buffer.repeatedRequests)),
                (RelayFamilies.busy, Double(target.buffer.busyRefusals)),
            ]
            for (family, value) in gauges { batch.append(value, of: family, [target.name], from: &table) }
        }
    }

    private static func appendSending(_ target: RelayTarget, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        let status = target.status
        let name = target.name
        let counters: [(MetricFamily, UInt64)] = [
            (RelayFamilies.sentSamples, status.sentSamples), (RelayFamilies.sentBytes, status.sentBytes),
            (RelayFamilies.verbatim, status.verbatimRequests), (RelayFamilies.lostStarts, status.lostStartTimestamps),
            (RelayFamilies.overLimits, status.overLimitSamples),
            (RelayFamilies.shortWrites, status.shortWrites),
        ]
        for (family, count) in counters { batch.append(Double(count), of: family, [name], from: &table) }
        for (code, count) in status.requestsByStatus.sorted(by: { $0.key < $1.key }) {
            let text = code == 0 ? "none" : String(code)
            batch.append(Double(count), of: RelayFamilies.requests, [name, text], from: &table)
        }
        for (reason, count) in status.leftOutSamples.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            batch.append(Double(count), of: RelayFamilies.leftOut, [name, reason.rawValue], from: &table)
        }
        if let last = status.lastSuccessUnixMilliseconds {
            batch.append(Double(last) / 1000, of: RelayFamilies.lastSuccess, [name], from: &table)
        }
    }

    /// Every reason is there from the start, so that an alert on its increase misses none.
    private static func appendLosses(_ target: RelayTarget, _ table: inout SeriesTable, _ batch: inout SampleBatch) {
        let status = target.status
        let buffer = target.buffer.status
        var losses: [(reason: String, requests: UInt64, samples: UInt64)] = DeliveryDrop.Reason.allCases.map {
            ($0.rawValue, status.droppedRequests[$0] ?? 0, status.droppedSamples[$0] ?? 0)
        }
        losses += RelayLoss.Reason.allCases.map {
            ($0.rawValue, buffer.lostRequests[$0] ?? 0, buffer.lostSamples[$0] ?? 0)
        }
        losses.append(("unreadable", status.unreadableRequests, 0))
        losses.append(("over_buffer", buffer.tooLargeRequests, buffer.tooLargeSamples))
        for loss in losses {
            let labels = [target.name, loss.reason]
            batch.append(Double(loss.samples), of: RelayFamilies.droppedSamples, labels, from: &table)
            batch.append(Double(loss.requests), of: RelayFamilies.droppedRequests, labels, from: &table)
        }
    }
}
