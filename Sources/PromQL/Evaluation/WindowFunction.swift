/// What is made of each window of a series, from the first to the last. A value is copied for each series, so it may
/// remember something of the windows before.
protocol WindowFunction: Sendable {
    /// The stale marker is no value.
    mutating func value(of window: Window) -> Double
}

/// A function that knows nothing but the window.
struct PlainWindowFunction: WindowFunction {
    // It only reads what it was made with, so several threads may call it at once.
    private nonisolated(unsafe) let function: (Window) -> Double

    init(_ function: @escaping (Window) -> Double) {
        self.function = function
    }

    func value(of window: Window) -> Double { function(window) }
}
