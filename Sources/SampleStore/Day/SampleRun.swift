internal import LabelMatching
internal import SampleCodec

/// Samples of one series gathered from several places, the first place winning where a time occurs twice.
struct SampleRun {
    private(set) var times: [Int64] = []
    private(set) var values: [Double] = []
    /// Whether the times so far ascend strictly.
    private var isAscending = true
    /// Chunks that could not be decoded.
    private(set) var damagedChunks = 0

    var count: Int { times.count }
    /// Whether there are samples, or may be in what could not be decoded.
    var hasAny: Bool { count > 0 || damagedChunks > 0 }

    init() {}

    /// An empty run with the memory of `buffer`, which is empty.
    init(reusing buffer: inout SampleBuffer) {
        swap(&times, &buffer.unixMilliseconds)
        swap(&values, &buffer.values)
    }

    /// Moves the samples.
    consuming func give(to buffer: inout SampleBuffer) {
        (buffer.unixMilliseconds, buffer.values) = (times, values)
    }

    mutating func append(_ time: Int64, _ value: Double) {
        if let last = times.last, time <= last { isAscending = false }
        times.append(time)
        values.append(value)
    }

    mutating func append(_ other: SampleRun) {
        if let last = times.last, let next = other.times.first, next <= last { isAscending = false }
        if !other.isAscending { isAscending = false }
        times += other.times
        values += other.values
        damagedChunks += other.damagedChunks
    }

    /// Columns that ascend strictly; what is outside the range is left out.
    mutating func append(times newTimes: [Int64], values newValues: [Double], from: Int64, through: Int64) {
        let start = newTimes.partition { $0 >= from }
        let end = newTimes.partition { $0 > through }
        guard start < end else { return }
        if let last = times.last, newTimes[start] <= last { isAscending = false }
        times += newTimes[start..<end]
        values += newValues[start..<end]
    }

    mutating func noteDamagedChunk() { damagedChunks += 1 }

    /// A chunk from a file, which may be damaged: so is one with times outside `bounds`.
    mutating func append(
        chunk: UnsafeRawBufferPointer, from: Int64, through: Int64, sampleLimit: Int,
        within bounds: ClosedRange<Int64> = .min ... .max
    ) {
        do {
            let header = try ChunkHeader(chunk, sampleLimit: sampleLimit)
            guard bounds.contains(header.firstUnixMilliseconds), bounds.contains(header.lastUnixMilliseconds) else {
                damagedChunks += 1
                return
            }
            guard header.firstUnixMilliseconds <= through, header.lastUnixMilliseconds >= from else { return }
            let start = times.count
            if let last = times.last, header.firstUnixMilliseconds <= last { isAscending = false }
            try SampleCodec.decode(chunk, sampleLimit: sampleLimit, into: &times, &values)
            trim(from: start, from, through)
        } catch {
            damagedChunks += 1
        }
    }

    /// Takes away what is outside the range at both ends of what was just appended.
    private mutating func trim(from start: Int, _ from: Int64, _ through: Int64) {
        let end = times[start...].firstIndex { $0 > through } ?? times.endIndex
        times.removeSubrange(end...)
        values.removeSubrange(end...)
        let first = times[start...].firstIndex { $0 >= from } ?? times.endIndex
        times.removeSubrange(start..<first)
        values.removeSubrange(start..<first)
    }

    /// Sorts by time and keeps the first of equal times. Answers how many were left out: equal values, and others.
    @discardableResult
    mutating func settle() -> (duplicates: Int, conflicts: Int) {
        guard !isAscending else { return (0, 0) }
        let order = times.indices.sorted { times[$0] != times[$1] ? times[$0] < times[$1] : $0 < $1 }
        var sortedTimes: [Int64] = []
        var sortedValues: [Double] = []
        sortedTimes.reserveCapacity(times.count)
        sortedValues.reserveCapacity(times.count)
        var (duplicates, conflicts) = (0, 0)
        for index in order {
            if times[index] == sortedTimes.last {
                if sortedValues.last?.bitPattern == values[index].bitPattern {
                    duplicates += 1
                } else {
                    conflicts += 1
                }
                continue
            }
            sortedTimes.append(times[index])
            sortedValues.append(values[index])
        }
        (times, values, isAscending) = (sortedTimes, sortedValues, true)
        return (duplicates, conflicts)
    }

    /// Takes away the samples of these times, which ascend and lie apart from each other.
    mutating func remove(times ranges: [ClosedRange<Int64>]) {
        guard !ranges.isEmpty else { return }
        var kept = SampleRun()
        for (time, value) in zip(times, values) where !Self.isIn(ranges, time) { kept.append(time, value) }
        kept.damagedChunks = damagedChunks
        self = kept
    }

    private static func isIn(_ ranges: [ClosedRange<Int64>], _ time: Int64) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < time { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(time)
    }

    /// Takes away the samples at times that `other` has; `other` is settled. Answers how many had the same value, and
    /// how many another.
    mutating func remove(timesOf other: SampleRun) -> (duplicates: Int, conflicts: Int) {
        let taken = Dictionary(zip(other.times, other.values)) { first, _ in first }
        var (duplicates, conflicts) = (0, 0)
        var kept = SampleRun()
        for (time, value) in zip(times, values) {
            guard let there = taken[time] else {
                kept.append(time, value)
                continue
            }
            if there.bitPattern == value.bitPattern { duplicates += 1 } else { conflicts += 1 }
        }
        self = kept
        return (duplicates, conflicts)
    }
}

extension [Int64] {
    /// The first position from which `isBeyond` holds; it holds for none before and all after.
    fileprivate func partition(_ isBeyond: (Int64) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
