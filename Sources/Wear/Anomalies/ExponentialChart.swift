internal import Glibc

/// The EWMA control chart: z = λ x + (1 − λ) z, begun at the target; out of control where z is further from the target
/// than L σ √(λ / (2 − λ)). Source: NIST/SEMATECH e-Handbook 6.3.2.4.
package struct ExponentialChart: Sendable {
    package let smoothing: Double
    package let limitWidth: Double
    package let target: Double
    package let sigma: Double
    package private(set) var average: Double

    package init(smoothing: Double = 0.2, limitWidth: Double = 3, target: Double, sigma: Double) {
        self.smoothing = smoothing
        self.limitWidth = limitWidth
        self.target = target
        self.sigma = sigma
        average = target
    }

    /// How far from the target the average may be.
    package var limit: Double { limitWidth * sigma * sqrt(smoothing / (2 - smoothing)) }

    /// Takes a value and answers how far the average is out, in limits: above 1 is out of control.
    package mutating func add(_ value: Double) -> Double {
        average = smoothing * value + (1 - smoothing) * average
        return limit > 0 ? abs(average - target) / limit : 0
    }
}
