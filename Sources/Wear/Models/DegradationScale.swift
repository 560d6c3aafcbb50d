/// Where a degradation indicator stands between new and failed: level = (y − y₀) / (y₁ − y₀), y₀ `baseline` (default 0),
/// y₁ `failure_threshold`. Either may be the larger, so what falls with wear (a capacity) works too.
struct DegradationScale: Sendable {
    let baseline: Double
    let failureThreshold: Double

    init(_ given: [String: Double]) throws(DeclarationProblem) {
        baseline = given["baseline"] ?? 0
        failureThreshold = given["failure_threshold"] ?? 1
        if baseline == failureThreshold { throw .contradiction("failure_threshold is the same as baseline") }
    }

    func level(_ value: Double) -> Double { (value - baseline) / (failureThreshold - baseline) }
}
