/// Rainflow counting by ASTM E1049-85, 5.4.4, one value at a time.
///
/// The residue (turning points whose cycles are not closed) is a stack of at most `pointLimit`; where it would grow
/// beyond, its oldest range is counted as the half cycle it would end as, and counted in `shortenedCount`.
/// A change smaller than `smallestRange` is no turn.
package struct RainflowCounter: Sendable {
    /// One counted range.
    package struct Cycle: Hashable, Sendable {
        package let range: Double
        package let mean: Double
        /// 1 or 0.5.
        package let count: Double
    }

    package static let pointLimit = 64

    let smallestRange: Double
    /// The residue, oldest first; the newest value is not among it.
    var points: [Double] = []
    /// The newest extreme, which is a turning point as soon as values turn.
    var tip: Double?
    /// Whether values rise to `tip`; meaningless before the second point.
    var isRising = false
    var shortenedCount: UInt64 = 0

    package init(smallestRange: Double = 0) {
        self.smallestRange = smallestRange
    }

    /// Takes a value; `closed` hears each range that this closes.
    package mutating func add(_ value: Double, closed: (Cycle) -> Void) {
        guard let tip else {
            self.tip = value
            return
        }
        if points.isEmpty {
            // The first value is a turning point; the direction is that of the first change that counts.
            guard abs(value - tip) > smallestRange else { return }
            points.append(tip)
            isRising = value > tip
            self.tip = value
            return
        }
        if isRising ? value >= tip : value <= tip {
            self.tip = value
        } else if abs(value - tip) > smallestRange {
            push(tip, closed)
            isRising.toggle()
            self.tip = value
        }
    }

    /// The half cycles that the residue would be counted as if the history ended here, oldest first.
    package func residue(_ visit: (Cycle) -> Void) {
        // The newest extreme ends the history, and may close some before that.
        var ended = self
        if let tip, !points.isEmpty { ended.push(tip, visit) }
        for index in ended.points.indices.dropFirst() {
            visit(RainflowCounter.cycle(ended.points[index - 1], ended.points[index], 0.5))
        }
    }

    private mutating func push(_ point: Double, _ closed: (Cycle) -> Void) {
        points.append(point)
        while points.count >= 3 {
            let last = points.count - 1
            let newest = abs(points[last] - points[last - 1])
            let before = abs(points[last - 1] - points[last - 2])
            guard newest >= before else { break }
            if points.count == 3 {
                // The range has the first point in it: half a cycle, and the start moves on.
                closed(RainflowCounter.cycle(points[0], points[1], 0.5))
                points.removeFirst()
            } else {
                closed(RainflowCounter.cycle(points[last - 2], points[last - 1], 1))
                points.removeSubrange(last - 2..<last)
            }
        }
        if points.count > RainflowCounter.pointLimit {
            closed(RainflowCounter.cycle(points[0], points[1], 0.5))
            points.removeFirst()
            shortenedCount = min(shortenedCount + 1, 1 << 53)
        }
    }

    private static func cycle(_ first: Double, _ second: Double, _ count: Double) -> Cycle {
        Cycle(range: abs(first - second), mean: first / 2 + second / 2, count: count)
    }
}
