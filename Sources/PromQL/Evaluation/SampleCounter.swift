internal import MetricModel

/// Counts the samples that selectors give to the steps of a grid, for `QueryStatistics`.
///
/// A series counts at most its samples at each step, so no sum overflows below some 10⁹ of both; should limits be that
/// high, sums wrap and do not trap.
struct SampleCounter: Sendable {
    private(set) var total = 0
    /// Nil where only the total is wanted.
    private(set) var ofSteps: [Int]?

    /// `stepCount` is nil where only the total is wanted.
    init(stepCount: Int?) {
        ofSteps = stepCount.map { Array(repeating: 0, count: $0) }
    }

    /// One of the same kind that has counted nothing.
    var emptied: SampleCounter { SampleCounter(stepCount: ofSteps?.count) }

    /// A window's samples.
    @inline(__always)
    mutating func add(_ count: Int, at step: Int) {
        total &+= count
        ofSteps?[step] &+= count
    }

    /// The values of an instant selector's series, one for each step.
    mutating func add(valuesOf series: StepSeries) {
        for (step, value) in series.values.enumerated() where !StaleMarker.isStale(value) { add(1, at: step) }
    }

    /// What another has counted on the same steps.
    mutating func add(_ other: SampleCounter) {
        total &+= other.total
        if let counts = ofSteps, let others = other.ofSteps { ofSteps = zip(counts, others).map(&+) }
    }

    /// What was counted once and is the same at each of `stepCount` steps.
    mutating func add(_ count: Int, atEachOf stepCount: Int) {
        total &+= count &* stepCount
        if let counts = ofSteps { ofSteps = counts.map { $0 &+ count } }
    }
}
