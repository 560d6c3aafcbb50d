/// The two-sided tabular CUSUM: S⁺ = max(0, S⁺ + (x − μ)/σ − k), S⁻ = max(0, S⁻ − (x − μ)/σ − k); a shift where either
/// is above h. Source: NIST/SEMATECH e-Handbook 6.3.2.3. The sums stop at 2 h, so that a shift that is over is forgotten
/// after h/k values rather than after as long as it lasted.
package struct CumulativeSum: Sendable {
    /// k, in sigmas: half the shift that is to be found.
    package let allowance: Double
    /// h, in sigmas.
    package let decision: Double
    package let target: Double
    package let sigma: Double
    package private(set) var upper = 0.0
    package private(set) var lower = 0.0

    package init(allowance: Double = 0.5, decision: Double = 5, target: Double, sigma: Double) {
        self.allowance = allowance
        self.decision = decision
        self.target = target
        self.sigma = sigma
    }

    /// Takes a value and answers the larger sum in decision intervals: above 1 is a shift.
    package mutating func add(_ value: Double) -> Double {
        guard sigma > 0 else { return 0 }
        let score = (value - target) / sigma
        upper = min(max(0, upper + score - allowance), 2 * decision)
        lower = min(max(0, lower - score - allowance), 2 * decision)
        return max(upper, lower) / decision
    }
}
