internal import BatchRecord
internal import MetricModel
internal import RingLog

/// Counts the samples of records that are about to go.
struct LostSamples {
    /// What goes. `sampleCount` and the times are of the records that could be read; where there is none, they are 0,
    /// and the gap names the records and nothing else.
    private(set) var gap: GapRecord
    private let decoder = BatchRecordDecoder()
    /// The series met, as bits by their numbers, for each dictionary.
    private var series: [UInt64: [UInt64]] = [:]

    /// A gap that describes the records from `first` to the end of `range`.
    ///
    /// The count of series is exact where one run of the program wrote the segment, which is mostly so. Where several
    /// did, or it came from memory in pieces, each has a dictionary of its own, a series of two runs counts twice, and the count is an upper bound.
    static func count<Disk: RingDisk>(
        in ring: RingLog<Disk>, first: RecordNumber, range: OverwrittenRange
    ) -> GapRecord {
        var lost = LostSamples(reason: GapRecord.Reason(range.reason), first: first, last: range.last)
        guard range.isReadable else { return lost.gap }
        do throws(RingError) {
            try ring.read(from: first, through: range.last, includingUncommitted: true) { header, bytes in
                // A gap's own sample says of a loss that is written down already, and is as old as that.
                if header.kind == .samples && !header.flags.contains(.alone) { lost.add(bytes) }
                return true
            }
        } catch {
            // What could not be read is in the range of records that the gap names.
        }
        return lost.gap
    }

    private init(reason: GapRecord.Reason, first: RecordNumber, last: RecordNumber) {
        gap = GapRecord(
            reason: reason, sampleCount: 0, seriesCount: 0, firstUnixMilliseconds: 0, lastUnixMilliseconds: 0,
            firstRecord: first, lastRecord: last)
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        do throws(BatchRecordError) {
            let summary = try decoder.summary(of: bytes)
            guard summary.sampleCount > 0 else { return }
            let isFirst = gap.sampleCount == 0
            gap.sampleCount += UInt64(summary.sampleCount)
            gap.firstUnixMilliseconds =
                isFirst
                ? summary.firstUnixMilliseconds : min(gap.firstUnixMilliseconds, summary.firstUnixMilliseconds)
            gap.lastUnixMilliseconds =
                isFirst ? summary.lastUnixMilliseconds : max(gap.lastUnixMilliseconds, summary.lastUnixMilliseconds)
            try addSeries(bytes, summary.dictionaryID)
        } catch {
            // A record of a newer version or a damaged one: it was counted when it was read.
        }
    }

    private mutating func addSeries(
        _ bytes: UnsafeRawBufferPointer, _ dictionaryID: UInt64
    ) throws(BatchRecordError) {
        var bits = series.removeValue(forKey: dictionaryID) ?? []
        var count: UInt64 = 0
        defer {
            series[dictionaryID] = bits
            gap.seriesCount += count
        }
        _ = try decoder.seriesRuns(of: bytes) { run in
            for index in run {
                if index / 64 >= bits.count {
                    bits.append(contentsOf: repeatElement(0, count: index / 64 + 1 - bits.count))
                }
                let bit: UInt64 = 1 << UInt64(index % 64)
                if bits[index / 64] & bit == 0 {
                    bits[index / 64] |= bit
                    count += 1
                }
            }
        }
    }
}

extension GapRecord.Reason {
    init(_ reason: OverwrittenRange.Reason) {
        switch reason {
        case .full: self = .overwritten
        case .resized: self = .resized
        case .memoryFull: self = .degraded
        }
    }
}
