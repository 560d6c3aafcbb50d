internal import MetricModel

/// Rolls the windows of one series after the other over a grid.
struct WindowRoller<Function: WindowFunction>: Sendable {
    private let rangeMilliseconds: Int64
    private let margins: WindowMargins
    private let reference: TimeReference
    private let grid: StepGrid
    private let seesResets: Bool
    private let interruption: @Sendable () -> QueryInterruption?
    private let function: Function

    /// How many samples of windows are looked at before asking again whether to go on.
    private static var samplesBetweenChecks: Int { 1 << 18 }

    init(
        vector: RangeVector, grid: StepGrid, seesResets: Bool,
        interruption: @escaping @Sendable () -> QueryInterruption?, _ function: Function
    ) {
        rangeMilliseconds = vector.rangeMilliseconds
        margins = vector.margins
        reference = vector.reference
        self.grid = grid
        self.seesResets = seesResets
        self.interruption = interruption
        self.function = function
    }

    /// Where a series' windows are.
    private struct State {
        var low = 0
        var high = 0
        var step = 0
        /// The last sample before `high` whose value is below the one before it; a window that begins there or behind
        /// has none.
        var lastReset = -1
        var hasValues = false
    }

    /// A value for each step, nil where no step has one. With a counter the windows' samples are counted, by another
    /// instance of the same code, so that one without knows nothing of it.
    func roll(
        _ unixMilliseconds: [Int64], _ values: [Double], _ counter: inout SampleCounter?
    ) throws(QueryError) -> [Double]? {
        guard let before = counter else {
            var function = function
            return try roll(unixMilliseconds, values, &function)
        }
        var counted = CountedWindowFunction(function, before)
        let results = try roll(unixMilliseconds, values, &counted)
        counter = counted.counter
        return results
    }

    private func roll(
        _ unixMilliseconds: [Int64], _ values: [Double], _ function: inout some WindowFunction
    ) throws(QueryError) -> [Double]? {
        var results = [Double](repeating: StaleMarker.value, count: grid.count)
        var state = State()
        while true {
            roll(unixMilliseconds, values, &function, &state, &results)
            if let reason = interruption() { throw QueryError(reason) }
            if state.step == grid.count { return state.hasValues ? results : nil }
        }
    }

    /// Rolls on until the grid ends or enough was looked at to ask whether to go on.
    private func roll(
        _ unixMilliseconds: [Int64], _ values: [Double], _ keptFunction: inout some WindowFunction,
        _ kept: inout State, _ results: inout [Double]
    ) {
        var state = kept
        var function = keptFunction
        var lookedAt = 0
        unixMilliseconds.withUnsafeBufferPointer { times in
            values.withUnsafeBufferPointer { values in
                while state.step < grid.count, lookedAt < Self.samplesBetweenChecks {
                    defer { state.step += 1 }
                    let end = reference.time(at: grid[state.step])
                    let start = end - rangeMilliseconds
                    while state.high < times.count, times[state.high] <= end + margins.after {
                        if seesResets, state.high > 0, values[state.high] < values[state.high - 1] {
                            state.lastReset = state.high
                        }
                        state.high += 1
                    }
                    while state.low < state.high, times[state.low] <= start - margins.before { state.low += 1 }
                    guard state.low < state.high else { continue }
                    let mayHaveResets = !seesResets || state.lastReset > state.low
                    lookedAt += seesResets && !mayHaveResets ? 1 : state.high - state.low
                    let value = function.value(
                        of: Window(
                            times: UnsafeBufferPointer(rebasing: times[state.low..<state.high]),
                            values: UnsafeBufferPointer(rebasing: values[state.low..<state.high]), start: start,
                            end: end, stepTime: grid[state.step], step: state.step, mayHaveResets: mayHaveResets))
                    results[state.step] = value
                    if !StaleMarker.isStale(value) { state.hasValues = true }
                }
            }
        }
        kept = state
        keptFunction = function
    }
}
