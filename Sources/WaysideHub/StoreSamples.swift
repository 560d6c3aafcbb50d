internal import MetricModel
internal import SampleStore

/// What the hub says of its store on `/metrics`.
enum StoreSamples {
    static func append(_ store: StoreStatistics, table: inout SeriesTable, to batch: inout SampleBatch) {
        typealias Families = HubMetrics.Families
        let received: [(String, UInt64)] = [
            ("stored", store.stored), ("duplicate", store.duplicates), ("conflict", store.conflicts),
            ("too_old", store.tooOld), ("too_far_ahead", store.tooFarAhead),
            ("over_series_limit", store.overSeriesLimit), ("over_label_byte_limit", store.overLabelByteLimit),
            ("invalid_labels", store.invalidLabels),
        ]
        for (outcome, count) in received {
            batch.append(Double(count), of: Families.receivedSamples, [outcome], from: &table)
        }
        for offender in store.offenders {
            batch.append(Double(offender.refusals), of: Families.refusedSeries, [offender.sender], from: &table)
        }
        let counters: [(MetricFamily, UInt64)] = [
            (Families.exemplars, store.exemplars), (Families.refusedExemplars, store.refusedExemplars),
            (Families.exemplarsOverByteLimit, store.exemplarsOverByteLimit),
            (Families.startTimestamps, store.startTimestamps),
            (Families.outOfOrder, store.outOfOrder), (Families.repeatedRequests, store.repeatedRequests),
            (Families.conflictingRequests, store.conflictingRequests), (Families.commits, store.commits),
            (Families.commitFailures, store.commitFailures), (Families.replayedSamples, store.replayedSamples),
            (Families.replayFailures, store.replayFailures), (Families.seals, store.seals),
            (Families.sealFailures, store.sealFailures), (Families.sealedSamples, store.sealedSamples),
            (Families.removedDays, store.removedDays), (Families.removedDaysForSpace, store.removedDaysForSpace),
            (Families.deletions, store.deletions), (Families.deletionFailures, store.deletionFailures),
            (Families.rewrites, store.rewrites),
            (Families.rewriteFailures, store.rewriteFailures), (Families.damagedChunks, store.damagedChunks),
            (Families.damagedFiles, store.damagedFiles), (Families.readFailures, store.readFailures),
            (Families.setAsideFiles, store.setAsideFiles), (Families.refusedMetadata, store.metadataRefusals),
        ]
        for (family, count) in counters { batch.append(Double(count), of: family, from: &table) }
        batch.append(Double(store.activeSeries), of: Families.activeSeries, from: &table)
        batch.append(Double(store.exemplarsKept), of: Families.keptExemplars, from: &table)
        batch.append(Double(store.exemplarByteCount), of: Families.exemplarBytes, from: &table)
        batch.append(Double(store.headSamples), of: Families.headSamples, from: &table)
        batch.append(Double(store.headByteCount), of: Families.headBytes, from: &table)
        batch.append(Double(store.backlogByteCount), of: Families.backlogBytes, from: &table)
        batch.append(Double(store.logUsedByteCount), of: Families.logUsedBytes, from: &table)
        batch.append(Double(store.logByteCount), of: Families.logBytes, from: &table)
        batch.append(Double(store.byteCountOverLimit), of: Families.bytesOverLimit, from: &table)
        batch.append(Double(store.dayFiles), of: Families.dayFiles, from: &table)
        batch.append(store.isDegraded ? 1 : 0, of: Families.degraded, from: &table)
        if let newest = store.newestUnixMilliseconds {
            batch.append(Double(newest) / 1000, of: Families.newestSample, from: &table)
        }
    }
}
