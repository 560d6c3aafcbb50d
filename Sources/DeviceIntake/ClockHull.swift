/// The lower convex hull of points that are given in the order of their uptimes, within the plausible slopes.
///
/// It writes into memory that the caller lends it, uninitialised and with room for every point; `count` says how much of
/// it holds points, and nothing beyond is read.
struct ClockHull {
    private let points: UnsafeMutableBufferPointer<ClockPoint>
    private(set) var count = 0

    init(_ points: UnsafeMutableBufferPointer<ClockPoint>) {
        self.points = points
    }

    var first: ClockPoint { points[0] }
    var last: ClockPoint { points[count - 1] }

    mutating func add(_ point: ClockPoint) {
        guard let kept = UnsafeMutableBufferPointer(rebasing: points[..<count]).chainLength(under: point) else {
            return
        }
        points.initializeElement(at: kept, to: point)
        count = kept + 1
    }

    /// The line along the edge at the mean of the uptimes, or, where the messages span too little, with the slope given
    /// under them all.
    ///
    /// They span twice what the mean is from the first: a point behind an outage alone makes no span.
    func line(mean uptime: Double, fallbackSlope: Double) -> ClockLine {
        let whole = last.uptimeNanoseconds - first.uptimeNanoseconds
        let span = Int64(min(Double(whole), max(0, 2 * (uptime - Double(first.uptimeNanoseconds)))))
        guard count > 1, span >= UptimeClock.leastSpanNanoseconds else {
            return ClockLine(point: lowest(fallbackSlope), slope: fallbackSlope, spanNanoseconds: span)
        }
        var edge = 0
        while edge < count - 2, Double(points[edge + 1].uptimeNanoseconds) < uptime { edge += 1 }
        return ClockLine(point: points[edge], slope: points[edge].slope(to: points[edge + 1]), spanNanoseconds: span)
    }

    /// The point that a line of this slope touches when it comes from below.
    private func lowest(_ slope: Double) -> ClockPoint {
        var lowest = first
        for index in 1..<max(count, 1) {
            let run = Double(points[index].uptimeNanoseconds - lowest.uptimeNanoseconds)
            if Double(points[index].offsetNanoseconds - lowest.offsetNanoseconds) < slope * run {
                lowest = points[index]
            }
        }
        return lowest
    }
}
