internal import BatchRecord
internal import MetricModel
internal import RingLog

/// What `/metrics` says of the buffer.
enum BufferSamples {
    private typealias Families = AgentMetrics.Families

    static func append(_ status: BufferStatus, table: inout SeriesTable, to batch: inout SampleBatch) {
        appendFill(status, &table, &batch)
        appendLosses(status, &table, &batch)
        appendWear(status, &table, &batch)
    }

    private static func appendFill(
        _ status: BufferStatus, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        if let fill = status.fill {
            batch.append(Double(fill.capacityByteCount), of: Families.bufferCapacity, from: &table)
            batch.append(Double(fill.unacknowledgedByteCount), of: Families.bufferUsed, from: &table)
        }
        if let seconds = status.capacitySeconds {
            batch.append(seconds, of: Families.bufferCapacitySeconds, from: &table)
        }
        if let oldest = status.oldestUnsentUnixMilliseconds {
            batch.append(Double(oldest) / 1000, of: Families.oldestUnsent, from: &table)
        }
        batch.append(Double(status.uncommittedByteCount), of: Families.bufferMemory, from: &table)
        batch.append(Double(status.time.retimedSamples), of: Families.retimedSamples, from: &table)
        batch.append(Double(status.time.uncertainSamples), of: Families.uncertainSamples, from: &table)
        batch.append(Double(status.time.refusedCorrections), of: Families.refusedCorrections, from: &table)
        for reason in DegradedReason.allCases {
            batch.append(status.degraded == reason ? 1 : 0, of: Families.degraded, [reason.rawValue], from: &table)
        }
        batch.append(Double(status.failureCount), of: Families.bufferFailures, from: &table)
    }

    private static func appendLosses(
        _ status: BufferStatus, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        for reason in GapRecord.Reason.all where reason != .refused {
            let lost = status.lostSamplesByReason[reason] ?? 0
            batch.append(Double(lost), of: Families.lostSamples, [reason.name], from: &table)
        }
        batch.append(Double(status.unwritableSamples), of: Families.lostSamples, ["unwritable"], from: &table)
        batch.append(Double(status.refusedSamples), of: Families.refusedSamples, ["buffer_series"], from: &table)
        batch.append(Double(status.damagedRecords), of: Families.damagedRecords, from: &table)
    }

    private static func appendWear(
        _ status: BufferStatus, _ table: inout SeriesTable, _ batch: inout SampleBatch
    ) {
        let counts = status.statistics
        batch.append(Double(status.appendedSamples), of: Families.appendedSamples, from: &table)
        batch.append(Double(counts.commitCount), of: Families.commits, from: &table)
        batch.append(Double(counts.writtenByteCount), of: Families.writtenBytes, from: &table)
        batch.append(Double(counts.zeroedByteCount), of: Families.zeroedBytes, from: &table)
        batch.append(Double(counts.payloadByteCount), of: Families.payloadBytes, from: &table)
        if let bytes = status.usage.writtenBytesPerDay {
            batch.append(bytes, of: Families.writtenBytesPerDay, from: &table)
        }
        if let commits = status.usage.commitsPerDay {
            batch.append(commits, of: Families.commitsPerDay, from: &table)
        }
        if let ratio = status.writeAmplification {
            batch.append(ratio, of: Families.writeAmplification, from: &table)
        }
    }
}
