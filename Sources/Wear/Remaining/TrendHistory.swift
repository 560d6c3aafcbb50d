/// The course of a degradation indicator over observed time, as means of equal buckets, at most `bucketLimit`: where
/// there would be more, neighbours are merged and buckets are twice as long from then on. So the whole life fits.
package struct TrendHistory: Sendable {
    package static let bucketLimit = 64
    static let firstBucketHours = 1.0 / 60

    /// Middles of finished buckets in hours of observed time, ascending.
    package internal(set) var hours: [Double] = []
    /// Mean levels of finished buckets.
    package internal(set) var levels: [Double] = []
    var bucketHours = TrendHistory.firstBucketHours
    /// The bucket under way: where it begins, how many values, their sum.
    var bucketStart = 0.0
    var count = 0.0
    var sum = 0.0

    package init() {}

    /// Takes a level at a moment of observed time; true where that finished a bucket.
    package mutating func add(level: Double, atHours now: Double) -> Bool {
        let isDue = now >= bucketStart + bucketHours && count > 0
        if isDue { finish(now) }
        count += 1
        sum += level
        return isDue
    }

    private mutating func finish(_ now: Double) {
        if hours.count == TrendHistory.bucketLimit { merge() }
        hours.append(bucketStart + bucketHours / 2)
        levels.append(sum / count)
        bucketStart = max(bucketStart + bucketHours, now - now.truncatingRemainder(dividingBy: bucketHours))
        count = 0
        sum = 0
    }

    private mutating func merge() {
        for index in 0..<TrendHistory.bucketLimit / 2 {
            hours[index] = hours[2 * index] / 2 + hours[2 * index + 1] / 2
            levels[index] = levels[2 * index] / 2 + levels[2 * index + 1] / 2
        }
        hours.removeLast(hours.count - TrendHistory.bucketLimit / 2)
        levels.removeLast(levels.count - TrendHistory.bucketLimit / 2)
        bucketHours *= 2
    }

    /// The mean level of the newest values: of the last finished bucket, or of the one under way before there is one.
    package var newestLevel: Double? { levels.last ?? (count > 0 ? sum / count : nil) }
}
