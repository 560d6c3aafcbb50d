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

    /// A level that has moved is the normal one for a window of ten after some more values than half of it; what was
    /// learned for the charts takes no part.
    @Test func `robust z judges against its own window, shorter than the baseline`() {
        var settings = settings()
        settings.robustZ?.window = 10
        settings.baselineCount = 100
        var random = SeededRandom(seed: 21)
        var monitor = AnomalyMonitor(settings)
        for index in 0..<150 {
            _ = monitor.add(50 + random.normal())
            if index < 12 { #expect((monitor.flag(.robustZ) == nil) == (index < 10), "\(index)") }
        }
        _ = monitor.add(90 + random.normal())
        #expect(monitor.flag(.robustZ) == true)
        for _ in 0..<9 { _ = monitor.add(90 + random.normal()) }
        _ = monitor.add(90)
        #expect(monitor.flag(.robustZ) == false)
        #expect(monitor.flag(.ewma) == true && monitor.flag(.cusum) == true)
        _ = monitor.add(50)
        #expect(monitor.flag(.robustZ) == true)
    }

    /// The spread of the first 100 values is 4, that of the last ones before judging 0.2.
    @Test(arguments: [true, false])
    func `with a target alone sigma is that of the first values`(_ hasRobustZ: Bool) {
        var settings = settings()
        if !hasRobustZ { settings.robustZ = nil }
        settings.robustZ?.window = 10
        settings.target = 50
        var random = SeededRandom(seed: 22)
        var monitor = AnomalyMonitor(settings)
        for index in 0..<100 {
            #expect(monitor.flag(.ewma) == nil && monitor.flag(.cusum) == nil)
            _ = monitor.add(50 + random.normal() * (index < 85 ? 4 : 0.2))
        }
        // Most of a sigma to either side, one after the other, is as usual; it would be fifteen of the others.
        var outCount = 0
        for index in 0..<40 {
            _ = monitor.add(50 + (index.isMultiple(of: 2) ? 3 : -3))
            if monitor.flag(.ewma) != false || monitor.flag(.cusum) != false { outCount += 1 }
        }
        #expect(outCount == 0)
        // A shift of five sigmas is found at once.
        for _ in 0..<3 { _ = monitor.add(70) }
        #expect(monitor.flag(.ewma) == true && monitor.flag(.cusum) == true)
    }

    @Test func `with target and sigma nothing is learned`() {
        var settings = settings()
        settings.robustZ = nil
        settings.target = 50
        settings.sigma = 4
        var monitor = AnomalyMonitor(settings)
        _ = monitor.add(50)
        #expect(monitor.flag(.ewma) == false && monitor.flag(.cusum) == false)
        _ = monitor.add(90)
        #expect(monitor.flag(.ewma) == true && monitor.flag(.cusum) == true)
    }

    @Test func `equal values give no sigma, and learning goes on`() {
        var settings = settings()
        settings.target = 50
        settings.baselineCount = 8
        var random = SeededRandom(seed: 23)
        var monitor = AnomalyMonitor(settings)
        for _ in 0..<200 { _ = monitor.add(50) }
        #expect(monitor.flag(.ewma) == nil && monitor.flag(.cusum) == nil)
        for _ in 0..<9 { _ = monitor.add(50 + random.normal()) }
        #expect(monitor.flag(.ewma) != nil && monitor.flag(.cusum) != nil)
    }

    @Test func `values that are no numbers change nothing`() {
        var monitor = AnomalyMonitor(settings())
        for value in [Double.nan, .infinity, 1e308, -.infinity] { #expect(monitor.add(value) == nil) }
        #expect(monitor.flag(.robustZ) == nil)
    }

    /// With λ = 1 the average is the value, and the limit is 3 sigmas: 54 is out, 57 is out more than twice.
    @Test func `anomalies are counted by how bad they are, once each and by device`() {
        var anomaly = AnomalySettings(device: IDPattern("*"), quantity: "temperature")
        anomaly.ewma = AnomalySettings.Ewma()
        anomaly.ewma?.smoothing = 1
        anomaly.target = 50
        anomaly.sigma = 1
        var settings = WearSettings()
        settings.anomalies = [anomaly]
        var bench = WearBench(settings)
        func counts(_ device: String) -> [Double?] {
            let figures = bench.figures()
            return ["warning", "critical"].map { figures["ai_anomalies_detected_total \(device) \($0)"] }
        }
        func give(_ values: [Double], _ device: String = "pump", channel: String = "0") {
            for value in values {
                bench.give(value, "temperature", "celsius", channel: channel, device: device)
                bench.advance(1000)
            }
        }
        #expect(counts("pump") == [nil, nil])
        give([50, 51])
        #expect(counts("pump") == [0, 0])
        // It lasts, and is one.
        give([54, 54.5, 54])
        #expect(counts("pump") == [1, 0])
        // It gets worse, and better without an end.
        give([57, 58, 54, 57])
        #expect(counts("pump") == [1, 2])
        give([50, 46])
        #expect(counts("pump") == [2, 2])
        // A channel of its own, and another device.
        give([43], channel: "1")
        give([54], "fan")
        #expect(counts("pump") == [2, 3])
        #expect(counts("fan") == [1, 0])
    }

    @Test func `two methods that agree are critical`() {
        var settings = settings()
        settings.robustZ = nil
        settings.ewma?.smoothing = 1
        settings.cusum?.decision = 3
        settings.target = 50
        settings.sigma = 1
        var monitor = AnomalyMonitor(settings)
        _ = monitor.add(50)
        // 3.2 sigmas: the chart alone (the sum is at 2.7 of 3), then both, each barely out.
        let first = monitor.add(53.2)
        #expect(first?.severity == .warning)
        let second = monitor.add(53.2)
        #expect(second?.severity == .critical)
        #expect(monitor.flag(.ewma) == true && monitor.flag(.cusum) == true)
    }
}
