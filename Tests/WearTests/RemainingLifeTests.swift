import Glibc
import TestValues
import Testing

@testable import Wear

@Suite struct RemainingLifeTests {
    /// Hours of a machine that runs at one load for a month, then at another.
    private func history(_ rates: [(hours: Int, damagePerHour: Double)]) -> (history: RateHistory, damage: Double) {
        var history = RateHistory(rateHours: 720)
        var damage = 0.0
        for (hours, rate) in rates {
            for _ in 0..<hours {
                history.add(damage: rate, hours: 1)
                damage += rate
            }
        }
        return (history, damage)
    }

    private func remaining(_ rates: [(hours: Int, damagePerHour: Double)]) -> RemainingLife {
        let (history, damage) = history(rates)
        return history.remaining(
            damage: damage, observedHours: Double(rates.reduce(0) { $0 + $1.hours }), minimumHistoryHours: 24)
    }

    /// The platform this replaces divided what is left by the factor of the moment, so that a minute at double load halved
    /// the remaining life, and it invented a confidence.
    @Test func `an hour at ten times the load does not make the remaining life jump`() throws {
        let calm = try #require(remaining([(1440, 1e-4)]).estimate)
        let damage = 1440e-4
        #expect(abs(calm.hours - (1 - damage) / 1e-4) < 1e-6 * calm.hours)
        let spike = try #require(remaining([(1440, 1e-4), (1, 1e-3)]).estimate)
        #expect(spike.hours > 0.98 * calm.hours, "\(spike.hours) after \(calm.hours)")
        // A month at double load does show.
        let changed = try #require(remaining([(1440, 1e-4), (1440, 2e-4)]).estimate)
        #expect(changed.hours < 0.65 * calm.hours)
        #expect(changed.lowerHours < changed.hours && changed.hours < changed.upperHours)
    }

    @Test func `no figure before there is a history, and none without wear`() {
        #expect(remaining([]).reason == .noData)
        #expect(remaining([(23, 1e-4)]).reason == .tooLittleHistory)
        #expect(remaining([(100, 1e-4)]).reason == .tooLittleHistory)
        #expect(remaining([(1000, 0)]).reason == .noWear)
        #expect(remaining([(1000, 1e-9)]).reason == .noWear)
        #expect(remaining([(1000, 1e-3)]).reason == .wornOut)
        #expect(remaining([(1000, 1e-3)]).estimate == RemainingLife.Estimate(hours: 0, lowerHours: 0, upperHours: 0))
    }

    /// A history of an indicator, a value a minute.
    private func trend(hours: Int, _ level: (Double) -> Double) -> RemainingLife {
        var history = TrendHistory()
        for minute in 0..<hours * 60 {
            _ = history.add(level: level(Double(minute) / 60), atHours: Double(minute) / 60)
        }
        return TrendFit.remaining(history, minimumHistoryHours: 24)
            .later(byHours: Double(hours) - (history.hours.last ?? 0))
    }

    @Test func `an exponential course is found`() throws {
        // From 0.1 to 1 in 1,000 hours.
        let life = trend(hours: 600) { 0.1 * pow(10, $0 / 1000) }
        let estimate = try #require(life.estimate)
        #expect(abs(estimate.hours - 400) < 8, "\(estimate)")
        #expect(estimate.lowerHours < 400 && estimate.upperHours > 400)
    }

    @Test func `a straight course is found`() throws {
        let estimate = try #require(trend(hours: 600) { 0.1 + 0.9 * $0 / 1000 }.estimate)
        #expect(abs(estimate.hours - 400) < 10, "\(estimate)")
    }

    @Test func `the gates of a trend`() {
        #expect(trend(hours: 20) { 0.1 * pow(10, $0 / 40) }.reason == .tooLittleHistory)
        var random = SeededRandom(seed: 3)
        #expect(trend(hours: 600) { _ in 0.3 * exp(0.1 * random.normal()) }.reason == .notMonotone)
        #expect(trend(hours: 600) { 0.5 - 0.3 * $0 / 600 }.reason == .noWear)
        #expect(trend(hours: 600) { -0.5 + 0.3 * $0 / 600 }.reason == .noWear)
        #expect(trend(hours: 600) { 0.1 + 0.0001 * $0 }.reason == .tooFarAhead)
        #expect(trend(hours: 600) { 0.1 + 0.002 * $0 }.reason == .wornOut)
        // Two outliers at the end draw the line of least squares and not the median of slopes.
        #expect(trend(hours: 600) { $0 > 560 ? 0.9 : 0.1 + 0.0001 * $0 }.reason == .disagreement)
        #expect(TrendFit.remaining(TrendHistory(), minimumHistoryHours: 0).reason == .noData)
    }

    @Test func `a long history stays bounded and in order`() {
        var history = TrendHistory()
        for minute in 0..<500_000 { _ = history.add(level: Double(minute), atHours: Double(minute) / 60) }
        #expect(history.hours.count <= TrendHistory.bucketLimit && history.hours.count >= TrendHistory.bucketLimit / 2)
        #expect(history.hours == history.hours.sorted())
        for (hour, level) in zip(history.hours, history.levels) {
            #expect(abs(level - hour * 60) <= history.bucketHours * 60)
        }
    }
}
