internal import MetricModel

/// What equal days have in common and different ones most likely not: a rewrite's samples as they went in, and as they
/// come out of the new file. The order of the series does not matter, that of a series' samples does.
struct DayDigest: Equatable {
    private var seriesCount = 0
    private var sampleCount = 0
    private var sum: UInt64 = 0

    /// Adds a series: the hashes of its labels, summed, and its samples.
    mutating func add(labelHashes: UInt64, _ run: SampleRun) {
        seriesCount += 1
        sampleCount += run.count
        var state = labelHashes
        for (time, value) in zip(run.times, run.values) {
            state = (state ^ UInt64(bitPattern: time)) &* 0x9e37_79b9_7f4a_7c15
            state = (state ^ state >> 29 ^ value.bitPattern) &* 0xbf58_476d_1ce4_e5b9
            state ^= state >> 32
        }
        sum &+= state
    }

    /// The same of packed labels.
    mutating func add(packedLabels: [UInt8], _ run: SampleRun) {
        var hashes: UInt64 = 0
        packedLabels.withUnsafeBytes { bytes in
            var walk = PackedLabelWalk()
            var start = 0
            while let label = walk.next(in: bytes) {
                hashes &+= StableHash.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<label.value.upperBound]))
                start = label.value.upperBound
            }
        }
        add(labelHashes: hashes, run)
    }
}
