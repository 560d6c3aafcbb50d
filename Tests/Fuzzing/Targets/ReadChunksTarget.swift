import MetricModel
import RemoteWrite
import TestValues

/// Remote read's streamed answers, with chunks: limits and the range are kept, after an error nothing is left. The
/// checksum is taken to be zero, so that damage gets past it.
struct ReadChunksTarget: FuzzTarget {
    static let name = "read-chunks"

    static func seeds() -> [[UInt8]] {
        (1...6).map { seed in
            var random = SeededRandom(seed: UInt64(seed))
            let series = (0..<seed).map { number in
                let chunks = (0..<2).map { part -> (encoding: UInt8, bytes: [UInt8]) in
                    var bits = UInt64.random(in: .min ... .max, using: &random)
                    let samples = (0..<20).map { index -> (unixMilliseconds: Int64, bits: UInt64) in
                        bits ^= random.oneIn(3) ? random.next() : 0
                        return (Int64(part * 20 + index) * 15_000 + Int64.random(in: 0...9, using: &random), bits)
                    }
                    return (UInt8(number == 5 ? 2 : 1), XORChunkWriter.chunk(samples))
                }
                return (labels: [("__name__", "up"), ("n", "\(number)")], chunks: chunks)
            }
            return XORChunkWriter.frame(series) { _ in 0 }
        }
    }

    private static let limits = DecodeLimits(
        seriesLimit: 100, sampleLimit: 5000, labelByteLimit: 20_000, labelsPerSeriesLimit: 20, labelNameByteLimit: 100,
        labelValueByteLimit: 200)

    func run(_ bytes: [UInt8]) {
        let range: ClosedRange<Int64> = 30_000...500_000
        var columns = SampleColumns()
        do throws(RemoteReadError) {
            let counts = try ChunkedReadResponse.decode(
                bytes, from: range.lowerBound, through: range.upperBound, limits: Self.limits, into: &columns
            ) { _ in 0 }
            hold(counts.samples == columns.values.count, "the counts are right")
        } catch {
            hold(columns.rows.isEmpty && columns.values.isEmpty, "after an error the columns are empty")
            hold(!error.description.isEmpty, "an error has words")
            return
        }
        hold(columns.rows.count <= 100 && columns.values.count <= 5000, "series, samples")
        hold(columns.labelBytes.count <= 20_000, "the limit of label bytes")
        hold(columns.unixMilliseconds.allSatisfy(range.contains), "the range is kept")
        var end = 0
        for row in columns.rows {
            hold(row.samples.lowerBound == end && !row.samples.isEmpty, "rows have their samples in order")
            end = row.samples.upperBound
            hold(PackedCheck.isCanonical(columns.labels(of: row).packed), "labels are sorted and unique")
        }
        hold(end == columns.values.count, "every sample belongs to a row")
    }
}
