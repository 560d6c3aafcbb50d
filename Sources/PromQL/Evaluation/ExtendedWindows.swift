/// The functions of windows whose ranges begin and end between samples: `anchored` and `smoothed`. The stale marker
/// stands for "no value". Source: Prometheus, `promql-extended-range-selectors`.
enum ExtendedWindows {
    /// What of a window counts: from the last sample at or before the range's start to the last one within it, or
    /// with `smoothed` the first one at or after its end. Nil where no sample lies behind the start.
    private static func bounds(_ window: Window, isSmoothed: Bool) -> (first: Int, last: Int)? {
        var last = window.count - 1
        let first = max(0, index(in: window, before: last) { $0 > window.start } - 1)
        if isSmoothed { last = index(in: window, before: last) { $0 >= window.end } }
        if window.times[last] <= window.start { return nil }
        if isSmoothed, window.times[first] > window.end { return nil }
        return (first, last)
    }

    /// The first sample below `limit` whose time fits, else `limit`.
    private static func index(in window: Window, before limit: Int, _ fits: (Int64) -> Bool) -> Int {
        var low = 0
        var high = limit
        while low < high {
            let middle = (low + high) / 2
            if fits(window.times[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// `rate`, `increase` and `delta`: the change between the range's ends, without any extrapolation.
    static func change(_ window: Window, isSmoothed: Bool, isCounter: Bool, isRate: Bool) -> Double {
        guard let (first, last) = bounds(window, isSmoothed: isSmoothed) else { return WindowFunctions.none }
        let (left, right) = ends(window, first, last, isSmoothed: isSmoothed, isCounter: isCounter)
        var change = right - left
        if isCounter {
            let inside = (window.times[first] <= window.start ? first + 1 : first)
            let end = window.times[last] >= window.end ? last - 1 : last
            var previous = left
            for index in stride(from: inside, through: end, by: 1) {
                if window.values[index] < previous { change += previous }
                previous = window.values[index]
            }
            if right < previous { change += previous }
        }
        return isRate ? change / window.rangeSeconds : change
    }

    /// The values at the range's two ends.
    private static func ends(
        _ window: Window, _ first: Int, _ last: Int, isSmoothed: Bool, isCounter: Bool
    ) -> (left: Double, right: Double) {
        var left = window.values[first]
        var right = window.values[last]
        if isSmoothed, window.times[first] < window.start, first + 1 < window.count {
            left = interpolated(window, first, first + 1, at: window.start, isCounter: isCounter)
        }
        if isSmoothed, last > 0, window.times[last] > window.end {
            right = interpolated(window, last - 1, last, at: window.end, isCounter: isCounter)
        }
        return (left, right)
    }

    /// The value on the line through two samples. A counter that fell between them counts from zero.
    private static func interpolated(
        _ window: Window, _ before: Int, _ after: Int, at time: Int64, isCounter: Bool
    ) -> Double {
        var from = window.values[before]
        let to = window.values[after]
        if isCounter, to < from { from = 0 }
        let share = Double(time - window.times[before]), whole = Double(window.times[after] - window.times[before])
        return from + (to - from) * share / whole
    }

    /// `changes` and `resets` of an anchored window: from the last sample at or before the range's start.
    static func anchored(_ window: Window, _ function: (Window) -> Double) -> Double {
        guard window.lastTime > window.start else { return WindowFunctions.none }
        let first = max(0, index(in: window, before: window.count) { $0 > window.start } - 1)
        return function(window.suffix(from: first))
    }

    /// The samples that the range vector itself shows: the values at its ends and the samples between them.
    static func samples(_ window: Window, isSmoothed: Bool) -> [(time: Int64, value: Double)] {
        guard let (first, last) = bounds(window, isSmoothed: isSmoothed) else { return [] }
        let (left, right) = ends(window, first, last, isSmoothed: isSmoothed, isCounter: false)
        let inside = (first...last).filter { window.times[$0] > window.start && window.times[$0] < window.end }
        return [(window.start, left)] + inside.map { (window.times[$0], window.values[$0]) } + [(window.end, right)]
    }
}
