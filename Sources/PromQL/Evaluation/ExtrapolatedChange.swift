internal import MetricModel

/// `rate`, `increase` and `delta`: the change over the window, extrapolated to its ends.
///
/// Where the first or last sample is within 1.1 average intervals of an end, the change is extrapolated to that end, else
/// by half an interval; a counter is never extrapolated below zero. Source: Prometheus 3.
///
/// Where samples and steps are regular, each window lies to its samples as the one before; then what follows from that
/// is not calculated again. Every operation that is done is done as without this, so the results are the same bits.
struct ExtrapolatedChange: WindowFunction {
    /// A window's samples in time, which all else follows from.
    private struct Placing: Equatable {
        var toStart: Int64 = 0
        var toEnd: Int64 = 0
        var sampled: Int64 = 0
        var count = 0
    }

    private let isCounter: Bool
    private let isRate: Bool
    private var placing = Placing()
    private var toStart = 0.0
    private var toEnd = 0.0
    private var sampled = 0.0
    private var rangeSeconds = 0.0

    init(isCounter: Bool, isRate: Bool) {
        self.isCounter = isCounter
        self.isRate = isRate
    }

    mutating func value(of window: Window) -> Double {
        guard window.count >= 2 else { return StaleMarker.value }
        let change = change(in: window)
        place(window)
        var toStart = toStart
        if isCounter, change > 0, window.first >= 0 {
            // Where as much was counted before as within the window, it does not reach zero within so short a time.
            let isFar = window.first >= change && toStart <= sampled
            if !isFar { toStart = min(toStart, sampled * (window.first / change)) }
        }
        var factor = (sampled + toStart + toEnd) / sampled
        if isRate { factor /= rangeSeconds }
        return change * factor
    }

    private func change(in window: Window) -> Double {
        var change = window.last - window.first
        if isCounter, window.mayHaveResets {
            var previous = window.first
            for value in window.values.dropFirst() {
                if value < previous { change += previous }
                previous = value
            }
        }
        return change
    }

    private mutating func place(_ window: Window) {
        let firstTime = window.times[0]
        let lastTime = window.times[window.count - 1]
        let new = Placing(
            toStart: firstTime - window.start, toEnd: window.end - lastTime, sampled: lastTime - firstTime,
            count: window.count)
        if new == placing { return }
        placing = new
        toStart = Double(new.toStart) / 1000
        toEnd = Double(new.toEnd) / 1000
        sampled = Double(new.sampled) / 1000
        rangeSeconds = window.rangeSeconds
        let average = sampled / Double(new.count - 1)
        let threshold = average * 1.1
        if toStart >= threshold { toStart = average / 2 }
        if toEnd >= threshold { toEnd = average / 2 }
    }
}
