internal import Glibc

/// An S–N curve with Miner's rule: N = K / Sᵐ cycles of range S until failure, so one cycle is a damage of Sᵐ / K.
///
/// K is `coefficient`, or N₀ · S₀ᵐ of a point of the curve (`reference_range`, `reference_cycles`). Mean stress is not
/// corrected for. Source: Basquin; Palmgren and Miner, damage adds up linearly to 1.
struct FatigueCurve: Sendable {
    let exponent: Double
    private let referenceRange: Double
    private let referenceCycles: Double

    init(_ given: [String: Double]) throws(DeclarationProblem) {
        exponent = given["exponent"] ?? 1
        switch (given["coefficient"], given["reference_range"], given["reference_cycles"]) {
        case (let coefficient?, nil, nil):
            referenceRange = 1
            referenceCycles = coefficient
        case (nil, let range?, let cycles?):
            referenceRange = range
            referenceCycles = cycles
        default:
            throw .contradiction("give either coefficient, or reference_range and reference_cycles")
        }
    }

    /// The damage of `count` cycles of a range. A ratio of ranges, not K, is what is raised: K may be beyond a number.
    func damage(range: Double, count: Double) -> Double {
        guard range > 0 else { return 0 }
        return count * pow(range / referenceRange, exponent) / referenceCycles
    }
}
