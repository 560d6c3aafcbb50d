internal import Glibc

/// The basic rating life of a rolling bearing, ISO 281.
///
/// L₁₀ = (C/P)ᵖ in million revolutions, p = 3 for balls and 10/3 for rollers; L₁₀ₕ = 10⁶/(60 n) · (C/P)ᵖ. For another
/// reliability it is multiplied by a₁ = (ln(1/R) / ln(1/0.9))^(1/1.5), which gives the table of ISO 281:1990
/// (95 % .62, 96 % .53, 97 % .44, 98 % .33, 99 % .21); ISO 281:2007 is milder (.64 … .25), so this errs to the safe side.
/// By Palmgren and Miner, damage per hour at a load is 60 n / (a₁ · 10⁶ · (C/P)ᵖ).
struct BearingLife: Sendable {
    let dynamicLoadRatingNewtons: Double
    let lifeExponent: Double
    let reliabilityFactor: Double
    /// Newtons in one unit of the load's reading.
    let loadScale: Double
    /// Constant load, or nil where it is a reading.
    let loadNewtons: Double?
    /// Constant speed, or nil where it is a reading.
    let revolutionsPerMinute: Double?

    init(_ given: [String: Double]) throws(DeclarationProblem) {
        dynamicLoadRatingNewtons = given["dynamic_load_rating_newtons"] ?? 1
        loadNewtons = given["load_newtons"]
        revolutionsPerMinute = given["speed_rpm"]
        loadScale = given["load_scale"] ?? 1
        reliabilityFactor = BearingLife.reliabilityFactor((given["reliability_percent"] ?? 90) / 100)
        switch given["life_exponent"] ?? 3 {
        case 3: lifeExponent = 3
        case 3.33..<3.34: lifeExponent = 10.0 / 3
        case let other:
            throw .contradiction("life_exponent is \(other); it is 3 for balls and 3.333 for rollers")
        }
    }

    /// a₁ for a reliability between 0 and 1.
    static func reliabilityFactor(_ reliability: Double) -> Double {
        pow(log(1 / reliability) / log(1 / 0.9), 1 / 1.5)
    }

    /// Million revolutions that this load lets it make.
    func lifeMillionRevolutions(loadNewtons: Double) -> Double {
        reliabilityFactor * pow(dynamicLoadRatingNewtons / loadNewtons, lifeExponent)
    }

    /// `first` is the load's reading, or the speed's (in hertz) where the load is constant; `second` is the speed's.
    func damagePerHour(_ first: Double, _ second: Double) -> Double {
        let load = loadNewtons ?? abs(first) * loadScale
        let hertz = revolutionsPerMinute.map { $0 / 60 } ?? abs(loadNewtons == nil ? second : first)
        guard load > 0, hertz > 0 else { return 0 }
        return hertz * 3600 / (lifeMillionRevolutions(loadNewtons: load) * 1e6)
    }
}
