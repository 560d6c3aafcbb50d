/// The last values of a quantity in order of time and of size, so that median and MAD are read without sorting.
/// Never more than `limit`; takes no memory after its first `limit` values.
package struct RobustWindow: Sendable {
    package let limit: Int
    private var ring: [Double] = []
    private var oldest = 0
    private var sorted: [Double] = []

    /// 0.6745 makes the MAD of normal values their sigma (Iglewicz and Hoaglin, 1993).
    package static let normalQuartile = 0.6745

    package init(limit: Int) {
        self.limit = max(limit, 3)
        ring.reserveCapacity(self.limit)
        sorted.reserveCapacity(self.limit)
    }

    package var count: Int { ring.count }

    /// Adds a finite value; the oldest goes where there are `limit`.
    package mutating func add(_ value: Double) {
        if ring.count < limit {
            ring.append(value)
        } else {
            sorted.remove(at: place(of: ring[oldest]))
            ring[oldest] = value
            oldest = (oldest + 1) % limit
        }
        sorted.insert(value, at: place(of: value))
    }

    package var median: Double { RobustWindow.median(sorted) }

    /// The median of the distances from the median.
    package var medianDeviation: Double {
        let middle = median
        // Distances grow away from the median on both sides, so their order is a merge of two ordered runs.
        var right = place(of: middle)
        var left = right - 1
        let count = sorted.count
        var previous = 0.0
        var current = 0.0
        for _ in 0...(count / 2) {
            previous = current
            let toLeft = left >= 0 ? middle - sorted[left] : .infinity
            let toRight = right < count ? sorted[right] - middle : .infinity
            if toLeft <= toRight {
                current = toLeft
                left -= 1
            } else {
                current = toRight
                right += 1
            }
        }
        return count.isMultiple(of: 2) ? previous / 2 + current / 2 : current
    }

    /// The modified z-score of a value against the window: 0.6745 (x − median) / MAD. Where more than half of the values
    /// are equal the mean absolute deviation stands in: (x − median) / (1.2533 MeanAD). Nil where all are equal.
    package func score(_ value: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let middle = median
        let deviation = medianDeviation
        if deviation > 0 { return RobustWindow.normalQuartile * (value - middle) / deviation }
        let mean = sorted.reduce(0) { $0 + abs($1 - middle) } / Double(sorted.count)
        return mean > 0 ? (value - middle) / (1.253314 * mean) : nil
    }

    static func median(_ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? sorted[middle - 1] / 2 + sorted[middle] / 2 : sorted[middle]
    }

    /// Where the first value that is not smaller stands.
    private func place(of value: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
