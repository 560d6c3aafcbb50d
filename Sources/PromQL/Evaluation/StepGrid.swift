/// The times an expression is evaluated at: `start`, `start + step`, … up to `count` of them.
struct StepGrid: Hashable {
    let startMilliseconds: Int64
    let stepMilliseconds: Int64
    let count: Int

    /// One time only.
    init(at milliseconds: Int64) {
        startMilliseconds = milliseconds
        stepMilliseconds = 1
        count = 1
    }

    /// From `start` through `end`; empty where the end is before the start.
    init(from start: Int64, through end: Int64, step: Int64) {
        precondition(step > 0, "a grid goes forward")
        startMilliseconds = start
        stepMilliseconds = step
        count = end < start ? 0 : Int((end - start) / step) + 1
    }

    subscript(index: Int) -> Int64 { startMilliseconds + Int64(index) * stepMilliseconds }

    var lastMilliseconds: Int64 { self[Swift.max(count, 1) - 1] }
}
