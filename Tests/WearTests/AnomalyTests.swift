import Glibc
import TestValues
import Testing

@testable import Wear

@Suite struct AnomalyTests {
    /// The window against plain sorting.
    @Test func `median and MAD are those of the last values`() {
        var random = SeededRandom(seed: 5)
        var window = RobustWindow(limit: 21)
        var all: [Double] = []
        for _ in 0..<500 {
            let value = (random.unit() * 20).rounded()
            window.add(value)
            all.append(value)
            let last = all.suffix(21).sorted()
            let median = RobustWindow.median(last)
            #expect(window.median == median)
            #expect(window.medianDeviation == RobustWindow.median(last.map { abs($0 - median) }.sorted()))
        }
    }

    @Test func `the modified z-score`() throws {
        var window = RobustWindow(limit: 10)
        for value in [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3] { window.add(value) }
        // Iglewicz and Hoaglin's example: median 2.45, MAD 0.2, and scores of 19 and more for the two outliers.
        #expect(abs(window.median - 2.45) < 1e-9)
        #expect(abs(try #require(window.score(8.2)) - 0.6745 * 5.75 / window.medianDeviation) < 1e-9)
        #expect(abs(try #require(window.score(2.6))) < 3.5)
    }

    @Test func `equal values have no score, and an almost equal window has one`() throws {
        var window = RobustWindow(limit: 10)
        for _ in 0..<10 { window.add(5) }
        #expect(window.score(6) == nil)
        window.add(7)
        #expect(try #require(window.score(7)) > 0)
    }

    @Test func `a shift is found by CUSUM and forgotten after it`() {
        var sums = CumulativeSum(target: 10, sigma: 1)
        for _ in 0..<200 { #expect(sums.add(10.3) <= 1) }
        var found = 0
        for index in 0..<100 where sums.add(11.5) > 1 && found == 0 { found = index + 1 }
        #expect((1...8).contains(found), "\(found)")
        var over = 0
        for index in 0..<100 where sums.add(10) > 1 { over = index + 1 }
        #expect(over <= 10)
        var lower = CumulativeSum(target: 10, sigma: 1)
        for _ in 0..<10 { _ = lower.add(8.5) }
        #expect(lower.lower > 5 && lower.upper == 0)
    }

    private func settings() -> AnomalySettings {
        var settings = AnomalySettings(device: IDPattern("*"), quantity: "temperature")
        settings.robustZ = AnomalySettings.RobustZ()
        settings.ewma = AnomalySettings.Ewma()
        settings.cusum = AnomalySettings.Cusum()
        return settings
    }

    @Test func `a spike is one anomaly, and nothing is judged while learning`() {
        var random = SeededRandom(seed: 9)
        var monitor = AnomalyMonitor(settings())
        var onsets: [AnomalySeverity] = []
        for index in 0..<400 {
            let value = 50 + random.normal() + (index == 300 ? 40 : 0)
            if index < 20 { #expect(monitor.flag(.robustZ) == nil) }
            if index < 100 { #expect(monitor.flag(.ewma) == nil && monitor.flag(.cusum) == nil) }
            if let onset = monitor.add(value), index >= 300 && index < 303 { onsets.append(onset.severity) }
            if index == 300 { #expect(monitor.flag(.robustZ) == true) }
        }
        #expect(onsets.first == .critical)
    }

    @Test func `values that are no numbers change nothing`() {
        var monitor = AnomalyMonitor(settings())
        for value in [Double.nan, .infinity, 1e308, -.infinity] { #expect(monitor.add(value) == nil) }
        #expect(monitor.flag(.robustZ) == nil)
    }
}
