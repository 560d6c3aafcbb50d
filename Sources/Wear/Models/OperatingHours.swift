internal import Glibc

/// Hours of operation, each weighted by the load of that hour.
///
/// damage per hour = (L / L₀)ᵖ / H while L > `runningAbove`, else 0; L the reading's magnitude, L₀ `nominal_load`,
/// p `load_exponent`, H `nominal_life_hours`. With p = 0, the default, an hour is an hour. The inverse power law of
/// load and life: p is 3 for ball bearings, 1 to 3 for gears and belts, by the part's maker.
struct OperatingHours: Sendable {
    let nominalLoad: Double
    let loadExponent: Double
    let nominalLifeHours: Double
    let runningAbove: Double

    init(_ given: [String: Double]) throws(DeclarationProblem) {
        nominalLifeHours = given["nominal_life_hours"] ?? 1
        loadExponent = given["load_exponent"] ?? 0
        nominalLoad = given["nominal_load"] ?? 1
        runningAbove = given["running_above"] ?? 0
        if loadExponent != 0 && given["nominal_load"] == nil {
            throw .contradiction("load_exponent needs nominal_load, the load that an hour counts as one hour at")
        }
    }

    func damagePerHour(load: Double) -> Double {
        let load = abs(load)
        guard load > runningAbove else { return 0 }
        return loadExponent == 0 ? 1 / nominalLifeHours : pow(load / nominalLoad, loadExponent) / nominalLifeHours
    }
}
