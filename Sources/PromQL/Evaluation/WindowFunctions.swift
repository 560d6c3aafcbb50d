internal import Glibc
internal import MetricModel

/// The functions of one window that need no arguments but the window. The stale marker stands for "no value".
enum WindowFunctions {
    static let none = StaleMarker.value

    static func sum(_ window: Window) -> Double {
        var sum = CompensatedSum()
        for value in window.values { sum.add(value) }
        return sum.total
    }

    static func average(_ window: Window) -> Double {
        var mean = CompensatedMean(window.first)
        for value in window.values.dropFirst() { mean.add(value) }
        return mean.mean
    }

    static func minimum(_ window: Window) -> Double {
        var least = window.first
        for value in window.values where value < least || least.isNaN { least = value }
        return least
    }

    static func maximum(_ window: Window) -> Double {
        var greatest = window.first
        for value in window.values where value > greatest || greatest.isNaN { greatest = value }
        return greatest
    }

    /// The time, in seconds, of the last least (or greatest) value.
    static func timeOfExtreme(_ window: Window, isMaximum: Bool) -> Double {
        var extreme = window.first
        var time = window.times[0]
        for (index, value) in window.values.enumerated() {
            guard (isMaximum ? value >= extreme : value <= extreme) || extreme.isNaN else { continue }
            extreme = value
            time = window.times[index]
        }
        return Double(time) / 1000
    }

    static func variance(_ window: Window) -> Double {
        var count = 0.0
        var mean = CompensatedSum()
        var squares = CompensatedSum()
        for value in window.values {
            count += 1
            let delta = value - (mean.sum + mean.compensation)
            mean.add(delta / count)
            squares.add(delta * (value - (mean.sum + mean.compensation)))
        }
        return (squares.sum + squares.compensation) / count
    }

    static func quantile(_ quantile: Double, _ window: Window) -> Double {
        Quantile.of(quantile, Array(window.values))
    }

    /// The median of the distances from the median.
    static func medianAbsoluteDeviation(_ window: Window) -> Double {
        if window.values.contains(where: \.isNaN) { return .nan }
        let median = Quantile.of(0.5, Array(window.values))
        return Quantile.of(0.5, window.values.map { abs($0 - median) })
    }

    static func changes(_ window: Window) -> Double {
        var count = 0.0
        var previous = window.first
        for value in window.values.dropFirst() {
            if value != previous, !(value.isNaN && previous.isNaN) { count += 1 }
            previous = value
        }
        return count
    }

    static func resets(_ window: Window) -> Double {
        var count = 0.0
        var previous = window.first
        for value in window.values.dropFirst() {
            if value < previous { count += 1 }
            previous = value
        }
        return count
    }

    /// `irate` and `idelta`: what happened between the last two samples.
    static func instant(_ window: Window, isRate: Bool) -> Double {
        guard window.count >= 2 else { return none }
        let last = window.last
        let previous = window.values[window.count - 2]
        let milliseconds = window.times[window.count - 1] - window.times[window.count - 2]
        guard milliseconds != 0 else { return none }
        guard isRate else { return last - previous }
        // After a counter reset, all of the new value was counted since.
        let difference = last < previous ? last : last - previous
        return difference / (Double(milliseconds) / 1000)
    }

    /// Slope and value at `time` of the line of least squares through the window, or nil for fewer than two samples.
    static func regression(_ window: Window, at time: Int64) -> (slope: Double, intercept: Double)? {
        guard window.count >= 2 else { return nil }
        var sumX = CompensatedSum()
        var sumY = CompensatedSum()
        var sumXY = CompensatedSum()
        var sumXX = CompensatedSum()
        var isConstant = true
        for (index, value) in window.values.enumerated() {
            if value != window.first { isConstant = false }
            let seconds = Double(window.times[index] - time) / 1000
            sumX.add(seconds)
            sumY.add(value)
            sumXY.add(seconds * value)
            sumXX.add(seconds * seconds)
        }
        if isConstant { return window.first.isInfinite ? (.nan, .nan) : (0, window.first) }
        let count = Double(window.count)
        let meanedX = sumX.sum + sumX.compensation
        let meanedY = sumY.sum + sumY.compensation
        let covariance = (sumXY.sum + sumXY.compensation) - meanedX * meanedY / count
        let variance = (sumXX.sum + sumXX.compensation) - meanedX * meanedX / count
        let slope = covariance / variance
        return (slope, meanedY / count - slope * meanedX / count)
    }

    /// Holt's linear exponential smoothing.
    static func smoothed(_ window: Window, smoothing: Double, trend: Double) -> Double {
        guard window.count >= 2 else { return none }
        var previous = 0.0
        var level = window.first
        var slope = window.values[1] - window.first
        for index in 1..<window.count {
            if index > 1 { slope = trend * (level - previous) + (1 - trend) * slope }
            let next = smoothing * window.values[index] + (1 - smoothing) * (level + slope)
            previous = level
            level = next
        }
        return level
    }
}
