/// The interval of a reading: the median of its last five steps.
struct StepObserver: Equatable, Sendable {
    static let stepCount = 5
    /// Longer steps are silences.
    static let longestMilliseconds: Int64 = 86_400_000

    /// The last steps in milliseconds, the newest first; 0 for none yet.
    var steps: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)

    mutating func add(_ milliseconds: Int64) {
        guard milliseconds > 0, milliseconds <= StepObserver.longestMilliseconds else { return }
        steps = (UInt32(milliseconds), steps.0, steps.1, steps.2, steps.3)
    }

    /// Nil before there are five.
    var medianMilliseconds: Int64? {
        guard steps.4 > 0 else { return nil }
        // The middle one is larger or equal to two others and smaller or equal to two others, found without an array.
        var (a, b, c, d, e) = steps
        func order(_ left: inout UInt32, _ right: inout UInt32) { if left > right { swap(&left, &right) } }
        order(&a, &b)
        order(&d, &e)
        order(&a, &c)
        order(&b, &c)
        order(&a, &d)
        order(&c, &d)
        order(&b, &e)
        order(&b, &c)
        return Int64(c)
    }

    static func == (left: StepObserver, right: StepObserver) -> Bool { left.steps == right.steps }
}
