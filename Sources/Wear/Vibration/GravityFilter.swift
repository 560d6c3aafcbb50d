internal import Glibc

/// Takes gravity out of raw acceleration: each axis less its slow mean, then the root mean square of what is left.
///
/// Gravity is constant for a machine that stands, so it is the mean of each axis; from the magnitude alone it cannot be
/// told from vibration, because |g + a| is neither |g| + |a| nor |a|. A machine at rest reads 0 but for its sensor's noise.
package struct GravityFilter: Sendable {
    /// The mean is over this; what swings more slowly is taken for gravity.
    package static let meanSeconds = 60.0
    /// The root mean square is over this.
    package static let squareSeconds = 10.0
    /// How long it takes until the mean is one.
    package static let settlingSeconds = 10.0

    private var means: (Double, Double, Double) = (0, 0, 0)
    private var square = 0.0
    private var seconds = 0.0
    private var isEmpty = true

    package init() {}

    /// Takes the three axes of one moment, `elapsedSeconds` after the one before.
    package mutating func add(_ x: Double, _ y: Double, _ z: Double, elapsedSeconds: Double) {
        guard x.isFinite, y.isFinite, z.isFinite, abs(x) < 1e100, abs(y) < 1e100, abs(z) < 1e100 else { return }
        guard !isEmpty else {
            means = (x, y, z)
            isEmpty = false
            return
        }
        let elapsed = min(max(elapsedSeconds, 0), GravityFilter.meanSeconds)
        seconds = min(seconds + elapsed, 1e9)
        // A plain mean at first, so that one swing at the start does not stay for a minute.
        let slow = max(1 - exp(-elapsed / GravityFilter.meanSeconds), elapsed / max(seconds, elapsed, 1e-9))
        let share = min(slow, 1)
        means.0 += share * (x - means.0)
        means.1 += share * (y - means.1)
        means.2 += share * (z - means.2)
        let (dx, dy, dz) = (x - means.0, y - means.1, z - means.2)
        square += (1 - exp(-elapsed / GravityFilter.squareSeconds)) * (dx * dx + dy * dy + dz * dz - square)
    }

    /// The root mean square of acceleration without gravity, in m/s²; nil until the mean is known.
    package var metersPerSecondSquared: Double? {
        seconds >= GravityFilter.settlingSeconds ? sqrt(max(square, 0)) : nil
    }
}
