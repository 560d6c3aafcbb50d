import RingLog

/// What a ring and the block device below it have done so far.
struct FlashFigures {
    private let counts: [Int]

    init(_ ring: borrowing BenchmarkRing, writtenByteCount: Int) {
        let statistics = ring.ring.statistics
        counts = [
            ring.sampleCount, Int(statistics.payloadByteCount),
            Int(statistics.writtenByteCount - statistics.zeroedByteCount), writtenByteCount,
            Int(statistics.commitCount),
        ]
    }

    /// Samples, payload bytes, bytes handed to the file, bytes that the block device wrote, commits.
    func print(since before: FlashFigures) {
        Swift.print(zip(counts, before.counts).map { String($0 - $1) }.joined(separator: " "))
    }
}
