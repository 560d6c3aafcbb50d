internal import BatchRecord
internal import RingLog

/// Describes records that are gone before anybody could read them: damaged, or overwritten just before a crash.
///
/// Nobody can say what they held. Their times are those of the readable samples around them, so the gap is as long as
/// they can have been at most; samples and series stay 0, unknown.
enum UnreadableGaps {
    static func gap(_ reason: GapRecord.Reason, _ records: ClosedRange<RecordNumber>) -> GapRecord {
        GapRecord(
            reason: reason, sampleCount: 0, seriesCount: 0, firstUnixMilliseconds: 0, lastUnixMilliseconds: 0,
            firstRecord: records.lowerBound, lastRecord: records.upperBound)
    }

    /// The gaps in the order of their records, with their times.
    static func placed<Disk: RingDisk>(
        _ gaps: [GapRecord], in ring: RingLog<Disk>
    ) throws(RingError) -> [GapRecord] {
        var gaps = gaps.sorted { ($0.lastRecord, $0.firstRecord) < ($1.lastRecord, $1.firstRecord) }
        guard !gaps.isEmpty else { return [] }
        let decoder = BatchRecordDecoder()
        var position = 0
        var before: Int64 = 0
        _ = try ring.read(from: ring.oldestRecord, includingUncommitted: true) { header, bytes in
            guard header.kind == .samples, let summary = summary(bytes, decoder) else { return true }
            while position < gaps.count, gaps[position].lastRecord < header.number {
                gaps[position].firstUnixMilliseconds = before == 0 ? summary.firstUnixMilliseconds : before
                gaps[position].lastUnixMilliseconds = max(
                    summary.firstUnixMilliseconds, gaps[position].firstUnixMilliseconds)
                position += 1
            }
            before = summary.lastUnixMilliseconds
            return position < gaps.count
        }
        for index in gaps.indices.dropFirst(position) {
            gaps[index].firstUnixMilliseconds = before
            gaps[index].lastUnixMilliseconds = before
        }
        return gaps
    }

    private static func summary(
        _ bytes: UnsafeRawBufferPointer, _ decoder: BatchRecordDecoder
    ) -> BatchRecordDecoder.Summary? {
        do throws(BatchRecordError) { return try decoder.summary(of: bytes) } catch { return nil }
    }
}
