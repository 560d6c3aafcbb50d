internal import RingLog

/// How fast the ring is written: points of its counters over the last day, for figures of the present rate.
struct BufferUsage: Sendable {
    private struct Point: Sendable {
        var bootNanoseconds: Int64
        /// Without the zeros of new segments, which each gets once in its life: they are no rate.
        var writtenByteCount: UInt64
        /// Of the written, what took room in the ring: no cursor pages.
        var ringByteCount: UInt64
        var commitCount: UInt64
    }

    private static let stepNanoseconds: Int64 = 300_000_000_000
    private static let hourNanoseconds: Int64 = 3_600_000_000_000
    /// Below this there is no rate worth telling.
    private static let leastNanoseconds: Int64 = 10_000_000_000
    /// A day of steps.
    private static let pointLimit = 289

    private var points: [Point] = []
    private var newest: Point?

    mutating func note(_ statistics: RingStatistics, bootNanoseconds now: Int64) {
        let cursorByteCount = statistics.cursorWriteCount * UInt64(RingFormat.pageByteCount)
        let used = statistics.writtenByteCount - statistics.zeroedByteCount
        let point = Point(
            bootNanoseconds: now, writtenByteCount: used,
            ringByteCount: used - min(used, cursorByteCount), commitCount: statistics.commitCount)
        // Another ring has begun to count anew.
        if let newest, point.writtenByteCount < newest.writtenByteCount { points.removeAll() }
        newest = point
        if let last = points.last, now - last.bootNanoseconds < Self.stepNanoseconds { return }
        if points.count == Self.pointLimit { points.removeFirst() }
        points.append(point)
    }

    /// Bytes of the ring used per second over the last hour, or since the start.
    var ringBytesPerSecond: Double? { rate(over: Self.hourNanoseconds, \.ringByteCount) }

    /// Bytes handed to the disk, but for the zeros of new segments, and commits in a day, at the rate of the last day or
    /// since the start.
    var writtenBytesPerDay: Double? { rate(over: .max, \.writtenByteCount).map { $0 * 86_400 } }
    var commitsPerDay: Double? { rate(over: .max, \.commitCount).map { $0 * 86_400 } }

    private func rate(over window: Int64, _ value: (Point) -> UInt64) -> Double? {
        guard let newest else { return nil }
        let inWindow = points.first { newest.bootNanoseconds - $0.bootNanoseconds <= window }
        guard let first = inWindow, newest.bootNanoseconds - first.bootNanoseconds >= Self.leastNanoseconds,
            value(newest) > value(first)
        else { return nil }
        return Double(value(newest) - value(first)) / (Double(newest.bootNanoseconds - first.bootNanoseconds) / 1e9)
    }
}
