internal import BatchRecord
internal import MetricModel
internal import RingLog

/// Counts the samples of records that are about to be overwritten.
enum LostSamples {
    /// A gap that describes the records from `first` to the end of `range`. Where they cannot be read any more, it
    /// names the records and nothing else.
    static func count(
        in ring: RingLog<FlashDisk>, first: RecordNumber, range: OverwrittenRange
    ) throws(RingError) -> GapRecord {
        var gap = GapRecord(
            reason: .overwritten, sampleCount: 0, seriesCount: 0, firstUnixMilliseconds: 0, lastUnixMilliseconds: 0,
            firstRecord: first, lastRecord: range.last)
        guard range.isReadable else { return gap }
        let decoder = BatchRecordDecoder()
        var mostSeries: UInt64 = 0
        try ring.read(from: first, through: range.last) { header, bytes in
            guard header.kind == .samples else { return true }
            do throws(BatchRecordError) {
                let summary = try decoder.summary(of: bytes)
                gap.sampleCount += UInt64(summary.sampleCount)
                mostSeries = max(mostSeries, UInt64(summary.sampleCount))
                if gap.firstUnixMilliseconds == 0 { gap.firstUnixMilliseconds = summary.firstUnixMilliseconds }
                gap.firstUnixMilliseconds = min(gap.firstUnixMilliseconds, summary.firstUnixMilliseconds)
                gap.lastUnixMilliseconds = max(gap.lastUnixMilliseconds, summary.lastUnixMilliseconds)
            } catch {
                // A record of a newer version or a damaged one: it was counted when it was read.
            }
            return true
        }
        gap.seriesCount = mostSeries
        return gap
    }
}
