/// The cumulative buckets of one classic histogram at one time.
///
/// Source of the rules: Prometheus, `histogram_quantile` and `histogram_fraction`.
struct HistogramBuckets {
    struct Bucket {
        var upperBound: Double
        var count: Double
    }

    /// Where counts had to be raised so that they do not fall.
    struct Repair {
        var lowestBound = Double.infinity
        var highestBound = -Double.infinity
        var largestDifference = 0.0
    }

    /// In ascending order of bounds, each bound once.
    private(set) var buckets: [Bucket] = []

    /// Joins buckets of equal bounds.
    init(_ unsorted: [Bucket]) {
        buckets.reserveCapacity(unsorted.count)
        let isSorted = zip(unsorted, unsorted.dropFirst()).allSatisfy { $0.upperBound <= $1.upperBound }
        for bucket in isSorted ? unsorted : unsorted.sorted(by: { $0.upperBound < $1.upperBound }) {
            if let last = buckets.indices.last, buckets[last].upperBound == bucket.upperBound {
                buckets[last].count += bucket.count
            } else {
                buckets.append(bucket)
            }
        }
    }

    private var hasInfiniteBucket: Bool { buckets.last?.upperBound == .infinity }

    /// Takes away falls in the counts: tiny ones, from rounding, silently, others with a record of them.
    private mutating func makeMonotonic() -> Repair? {
        var repair: Repair?
        guard var previous = buckets.first?.count else { return nil }
        for index in buckets.indices.dropFirst() {
            let count = buckets[index].count
            if count == previous { continue }
            if HistogramBuckets.areAlmostEqual(previous, count) {
                buckets[index].count = previous
            } else if count < previous {
                buckets[index].count = previous
                var noted = repair ?? Repair()
                noted.lowestBound = min(noted.lowestBound, buckets[index].upperBound)
                noted.highestBound = max(noted.highestBound, buckets[index].upperBound)
                noted.largestDifference = max(noted.largestDifference, previous - count)
                repair = noted
            } else {
                previous = count
            }
        }
        return repair
    }

    /// Equal to one part in 10¹².
    private static func areAlmostEqual(_ left: Double, _ right: Double) -> Bool {
        if left.isNaN && right.isNaN { return true }
        let tolerance = 1e-12
        let sum = left.magnitude + right.magnitude
        let difference = (left - right).magnitude
        if left == 0 || right == 0 || sum < Double.leastNormalMagnitude {
            return difference < tolerance * Double.leastNormalMagnitude
        }
        return difference / min(sum, .greatestFiniteMagnitude) < tolerance
    }

    /// The quantile by linear interpolation within its bucket, and what had to be repaired for it.
    mutating func quantile(_ quantile: Double) -> (value: Double, repair: Repair?) {
        if quantile.isNaN { return (.nan, nil) }
        if quantile < 0 { return (-.infinity, nil) }
        if quantile > 1 { return (.infinity, nil) }
        guard hasInfiniteBucket else { return (.nan, nil) }
        let repair = makeMonotonic()
        guard buckets.count >= 2, let observations = buckets.last?.count, observations != 0 else {
            return (.nan, repair)
        }
        var rank = quantile * observations
        let found = firstBucket(reaching: rank)
        if found == buckets.count - 1 { return (buckets[buckets.count - 2].upperBound, repair) }
        if found == 0, buckets[0].upperBound <= 0 { return (buckets[0].upperBound, repair) }
        var start = 0.0
        var count = buckets[found].count
        if found > 0 {
            start = buckets[found - 1].upperBound
            count -= buckets[found - 1].count
            rank -= buckets[found - 1].count
        }
        return (start + (buckets[found].upperBound - start) * (rank / count), repair)
    }

    /// The first bucket, the infinite one at the latest, whose count is at least `rank`: by halving, because with NaN
    /// among the counts the answer depends on how one searches.
    private func firstBucket(reaching rank: Double) -> Int {
        var low = 0
        var high = buckets.count - 1
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].count >= rank { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The share of observations between two values.
    func fraction(from lower: Double, through upper: Double) -> Double {
        guard hasInfiniteBucket, let count = buckets.last?.count else { return .nan }
        if count == 0 || lower.isNaN || upper.isNaN { return .nan }
        if lower >= upper { return 0 }
        return (rank(of: upper, count) - rank(of: lower, count)) / count
    }

    /// How many observations lie below a value, by linear interpolation.
    private func rank(of value: Double, _ count: Double) -> Double {
        var lowerBound = buckets[0].upperBound <= 0 ? -Double.infinity : 0
        var below = 0.0
        for (index, bucket) in buckets.enumerated() {
            if index > 0 { lowerBound = buckets[index - 1].upperBound }
            if lowerBound >= value { return min(below, count) }
            if bucket.upperBound > value {
                // Nothing can be interpolated in a bucket without a lower end.
                let rank =
                    lowerBound == -.infinity
                    ? bucket.count
                    : below + (bucket.count - below) * (value - lowerBound) / (bucket.upperBound - lowerBound)
                return min(rank, count)
            }
            below = bucket.count
        }
        return count
    }
}
