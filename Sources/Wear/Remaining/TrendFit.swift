internal import Glibc

/// What remains by the trend of an indicator, over the newer half of its history: a straight line through the logarithm
/// of the level (exponential growth, as of cracks and spalls), by least squares, with the Theil–Sen slope as cross-check.
///
/// A straight line through the level itself is fitted beside it, and gives the figure where it lies closer to the points.
/// The lower bound is the exponential's with the steeper slope and the higher level; the upper bound the straight line's
/// with the flatter one. How many standard errors that is was calibrated on simulated lives: COVERAGE.md.
package enum TrendFit {
    /// How many standard errors the bounds are away: 1.645 for 90 % of a normal distribution, times the inflation.
    static let boundWidth = 1.645 * 2.0
    /// Of the lower bound, for courses that end faster than any exponential.
    static let lowerShare = 0.75
    static let leastPointCount = 16
    static let leastMonotony = 0.5
    static let largestSlopeRatio = 1.5
    /// How many times the fitted stretch the figure may lie ahead.
    static let furthestExtrapolation = 4.0

    /// As seen from the end of the history's last finished bucket.
    package static func remaining(_ history: TrendHistory, minimumHistoryHours: Double) -> RemainingLife {
        guard let newest = history.newestLevel else { return .unknown(.noData) }
        if newest >= 1 { return .wornOut }
        guard history.hours.count >= leastPointCount, let end = history.hours.last, end >= minimumHistoryHours else {
            return .unknown(.tooLittleHistory)
        }
        let start = history.hours.count > 2 * leastPointCount ? history.hours.count / 2 : 0
        let times = Array(history.hours[start...])
        let levels = Array(history.levels[start...])
        guard levels.allSatisfy({ $0 > 0 }) else { return .unknown(.noWear) }
        let logarithms = levels.map { log($0) }
        let robust = pairs(times, logarithms)
        let line = TrendLine(times, logarithms)
        guard abs(robust.monotony) >= leastMonotony else { return .unknown(.notMonotone) }
        guard line.slope > 0, robust.slope > 0 else { return .unknown(.noWear) }
        let ratio = line.slope / robust.slope
        guard ratio <= largestSlopeRatio, ratio >= 1 / largestSlopeRatio else { return .unknown(.disagreement) }
        let straight = TrendLine(times, levels)
        let isStraight =
            squares(times, logarithms) { log(max(straight.value(at: $0), 1e-9)) }
            < squares(times, logarithms) { line.value(at: $0) }
        return extrapolate(line, straight, theilSen: robust.slope, isStraight: isStraight, span: end - times[0])
    }

    private static func extrapolate(
        _ line: TrendLine, _ straight: TrendLine, theilSen: Double, isStraight: Bool, span: Double
    ) -> RemainingLife {
        let exponential = max(0, -line.last) / line.slope
        let linear = max(0, 1 - straight.last) / straight.slope
        let hours = isStraight ? linear : exponential
        guard hours.isFinite, hours <= furthestExtrapolation * span else { return .unknown(.tooFarAhead) }
        let steep = max(line.slope, theilSen) + boundWidth * line.slopeError
        let lower = lowerShare * max(0, -line.last - boundWidth * line.lastError) / steep
        let flat = max(straight.slope - boundWidth * straight.slopeError, straight.slope / 10)
        let upper = max(0, 1 - straight.last + boundWidth * straight.lastError) / flat
        // The exponential's own upper bound, for a trend so steep that the straight line is past the end already.
        let flatExponential = max(min(line.slope, theilSen) - boundWidth * line.slopeError, line.slope / 10)
        let upperExponential = max(0, -line.last + boundWidth * line.lastError) / flatExponential
        return .known(
            RemainingLife.Estimate(
                hours: hours, lowerHours: min(hours, lower), upperHours: max(hours, upper, upperExponential)))
    }

    private static func squares(_ times: [Double], _ values: [Double], _ fitted: (Double) -> Double) -> Double {
        zip(times, values).reduce(0) { sum, point in
            let residual = point.1 - fitted(point.0)
            return sum + residual * residual
        }
    }

    /// The median of the slopes of all pairs, and Kendall's tau: how much more often it rises than it falls.
    private static func pairs(_ times: [Double], _ values: [Double]) -> (slope: Double, monotony: Double) {
        var slopes: [Double] = []
        slopes.reserveCapacity(times.count * (times.count - 1) / 2)
        var balance = 0.0
        for right in times.indices.dropFirst() {
            for left in 0..<right where times[right] > times[left] {
                slopes.append((values[right] - values[left]) / (times[right] - times[left]))
                balance += values[right] > values[left] ? 1 : values[right] < values[left] ? -1 : 0
            }
        }
        guard !slopes.isEmpty else { return (0, 0) }
        slopes.sort()
        return (RobustWindow.median(slopes), balance / Double(slopes.count))
    }
}
