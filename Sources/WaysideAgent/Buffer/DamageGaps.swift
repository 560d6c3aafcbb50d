internal import BatchRecord
internal import RingLog

/// Describes records that recovery found damaged.
///
/// Nobody can say what they held. Their times are those of the readable samples around them, so the gap is as long as
/// they can have been at most; samples and series stay 0, unknown.
enum DamageGaps {
    /// The gaps of `ranges`, as far as they lie behind record `acknowledged`, which is all that anybody waits for.
    static func describe<Disk: RingDisk>(
        _ ranges: [ClosedRange<RecordNumber>], in ring: RingLog<Disk>, behind acknowledged: RecordNumber
    ) throws(RingError) -> [GapRecord] {
        var gaps = ranges.filter { $0.upperBound > acknowledged }.map { range in
            GapRecord(
                reason: .damaged, sampleCount: 0, seriesCount: 0, firstUnixMilliseconds: 0, lastUnixMilliseconds: 0,
                firstRecord: max(range.lowerBound, acknowledged + 1), lastRecord: range.upperBound)
        }
        guard !gaps.isEmpty else { return [] }
        let decoder = BatchRecordDecoder()
        var position = 0
        var before: Int64 = 0
        _ = try ring.read(from: ring.oldestRecord) { header, bytes in
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
