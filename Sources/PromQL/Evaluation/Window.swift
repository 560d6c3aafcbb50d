/// The samples of one series that one step sees: those in the range that is open at its start and closed at its end.
/// Never empty. Where the selector is `anchored` or `smoothed`, samples around the range are there too.
struct Window {
    let times: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// The ends of the range.
    let start: Int64
    let end: Int64
    /// The step's own time, before offset and `@`.
    let stepTime: Int64
    /// The step's number, for arguments that change by step.
    let step: Int
    /// False where each value is known not to be below the one before.
    var mayHaveResets = true

    var count: Int { values.count }
    var rangeSeconds: Double { Double(end - start) / 1000 }
    var first: Double { values[0] }
    var last: Double { values[values.count - 1] }
    var lastTime: Int64 { times[times.count - 1] }

    /// The window without its first samples.
    func suffix(from first: Int) -> Window {
        Window(
            times: UnsafeBufferPointer(rebasing: times[first...]),
            values: UnsafeBufferPointer(rebasing: values[first...]), start: start, end: end, stepTime: stepTime,
            step: step)
    }
}
