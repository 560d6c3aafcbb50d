internal import BatchRecord
internal import MetricModel
internal import RingLog

/// Counts the samples of records that are about to be overwritten.
enum LostSamples {
    /// A gap that describes the records from `first` to the end of `range`. Where they cannot be read any more, it
    /// names the records and nothing else. How many series they are of takes their dictionaries, and is left at 0.
    static func count<Disk: RingDisk>(
        in ring: RingLog<Disk>, first: RecordNumber, range: OverwrittenRange
    ) -> GapRecord {
        var gap = GapRecord(
            reason: .overwritten, sampleCount: 0, seriesCount: 0, firstUnixMilliseconds: 0, lastUnixMilliseconds: 0,
            firstRecord: first, lastRecord: range.last)
        guard range.isReadable else { return gap }
        let decoder = BatchRecordDecoder()
        do throws(RingError) {
            try ring.read(from: first, through: range.last) { header, bytes in
                if header.kind == .samples { add(bytes, decoder, to: &gap) }
                return true
            }
        } catch {
            // What could not be read is in the range of records that the gap names.
        }
        return gap
    }

    private static func add(_ bytes: UnsafeRawBufferPointer, _ decoder: BatchRecordDecoder, to gap: inout GapRecord) {
        do throws(BatchRecordError) {
            let summary = try decoder.summary(of: bytes)
            let isFirst = gap.sampleCount == 0
            gap.sampleCount += UInt64(summary.sampleCount)
            gap.firstUnixMilliseconds =
                isFirst
                ? summary.firstUnixMilliseconds : min(gap.firstUnixMilliseconds, summary.firstUnixMilliseconds)
            gap.lastUnixMilliseconds = max(gap.lastUnixMilliseconds, summary.lastUnixMilliseconds)
        } catch {
            // A record of a newer version or a damaged one: it was counted when it was read.
        }
    }
}
