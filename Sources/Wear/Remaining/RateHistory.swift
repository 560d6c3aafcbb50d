internal import Glibc

/// The rate of wear as a long average, in blocks of observed time; what is older counts less, by exp(−t / `rateHours`).
///
/// A remaining life from the momentary rate jumps with each change of load; the average over a month does not. Its bounds
/// are those of the mean rate of the time to come, from the spread of the blocks and how much each is like the one before.
package struct RateHistory: Sendable {
    /// How much wider than a normal distribution's the bounds are, so that they hold what they promise: COVERAGE.md.
    static let inflation = 1.9
    /// Of a normal distribution, for 90 % between the bounds.
    static let normalQuantile = 1.645
    static let blocksPerSpan = 30.0
    static let leastBlockCount = 7.0

    package let rateHours: Double
    // Sums over finished blocks, each decayed: weights, their squares, and with r the block's rate: w r, w r², w r r₋₁.
    var weight = 0.0
    var squaredWeight = 0.0
    var sum = 0.0
    var squareSum = 0.0
    var laggedSum = 0.0
    var laggedWeight = 0.0
    var previousRate: Double?
    /// The block under way.
    var blockHours = 0.0
    var blockDamage = 0.0

    package init(rateHours: Double) {
        self.rateHours = rateHours
    }

    private var blockSpan: Double { rateHours / RateHistory.blocksPerSpan }

    /// Takes damage of a stretch of observed time.
    package mutating func add(damage: Double, hours: Double) {
        blockHours += hours
        blockDamage += damage
        guard blockHours >= blockSpan else { return }
        let rate = blockDamage / blockHours
        let decay = exp(-blockHours / rateHours)
        weight = weight * decay + 1
        squaredWeight = squaredWeight * decay * decay + 1
        sum = sum * decay + rate
        squareSum = squareSum * decay + rate * rate
        laggedSum = laggedSum * decay + (previousRate.map { $0 * rate } ?? 0)
        laggedWeight = laggedWeight * decay + (previousRate == nil ? 0 : 1)
        previousRate = rate
        blockHours = 0
        blockDamage = 0
    }

    /// Damage per hour; nil before the first block is finished.
    package var damagePerHour: Double? { weight > 0 ? sum / weight : nil }

    /// What remains of a life of which `damage` is used up.
    package func remaining(damage: Double, observedHours: Double, minimumHistoryHours: Double) -> RemainingLife {
        if damage >= 1 { return .wornOut }
        guard observedHours > 0 else { return .unknown(.noData) }
        let effectiveCount = squaredWeight > 0 ? weight * weight / squaredWeight : 0
        guard observedHours >= minimumHistoryHours, effectiveCount >= RateHistory.leastBlockCount - 0.5,
            let rate = damagePerHour
        else { return .unknown(.tooLittleHistory) }
        guard rate.isFinite, rate > 0, (1 - damage) / rate <= RemainingLife.hourLimit else { return .unknown(.noWear) }
        let hours = (1 - damage) / rate
        let spread = RateHistory.normalQuantile * RateHistory.inflation * deviation(rate, hours, effectiveCount)
        return .known(
            RemainingLife.Estimate(
                hours: hours, lowerHours: (1 - damage) / (rate + spread),
                upperHours: min((1 - damage) / max(rate - spread, rate / 20), 20 * hours)))
    }

    /// The standard deviation of (mean rate of the hours to come − mean rate so far).
    private func deviation(_ rate: Double, _ horizonHours: Double, _ effectiveCount: Double) -> Double {
        let variance = max(0, squareSum / weight - rate * rate) * effectiveCount / max(effectiveCount - 1, 1)
        guard variance > 0 else { return 0 }
        let lagged = laggedWeight > 0 ? (laggedSum / laggedWeight - rate * rate) / variance : 0
        let likeness = min(max(lagged, 0), 0.98)
        // The mean of n values that resemble their neighbours is as certain as that of n (1 − ρ)/(1 + ρ) that do not.
        let correlated = (1 + likeness) / (1 - likeness)
        let future = max(horizonHours / blockSpan, 1)
        return sqrt(variance * (min(correlated / effectiveCount, 1) + min(correlated / future, 1)))
    }
}
