/// The wear models by name, with the parameters of each. Formulas and sources: MODELS.md.
package enum WearModelKind: String, CaseIterable, Sendable {
    case operatingHours = "operating_hours"
    case arrhenius
    case bearingLife = "bearing_life"
    case rainflow
    case trend

    /// How state records name it.
    var code: UInt8 {
        switch self {
        case .operatingHours: 1
        case .arrhenius: 2
        case .bearingLife: 3
        case .rainflow: 4
        case .trend: 5
        }
    }

    /// All that it may be told, what every model may be told included.
    package var parameters: [WearParameter] { own + WearModelKind.common }

    private static let common = [
        WearParameter("interval_seconds", 0.001...86_400), WearParameter("rate_hours", 1...87_600),
        WearParameter("minimum_history_hours", 0...87_600),
    ]

    private var own: [WearParameter] {
        let life = WearParameter("nominal_life_hours", 1e-3...1e9, isRequired: true)
        switch self {
        case .operatingHours:
            return [
                life, WearParameter("nominal_load", 1e-9...1e12), WearParameter("load_exponent", 0...20),
                WearParameter("running_above", 0...1e12),
            ]
        case .arrhenius:
            return [
                life, WearParameter("activation_energy_electronvolts", 0.05...5, isRequired: true),
                WearParameter("reference_celsius", -200...1000, isRequired: true),
            ]
        case .bearingLife:
            return [
                WearParameter("dynamic_load_rating_newtons", 1e-3...1e12, isRequired: true),
                WearParameter("load_newtons", 1e-6...1e12), WearParameter("load_scale", 1e-9...1e9),
                WearParameter("speed_rpm", 1e-6...1e7), WearParameter("life_exponent", 3...3.34),
                WearParameter("reliability_percent", 90...99.95),
            ]
        case .rainflow:
            return [
                WearParameter("exponent", 1...50, isRequired: true), WearParameter("coefficient", 1e-30...1e300),
                WearParameter("reference_range", 1e-12...1e12), WearParameter("reference_cycles", 1...1e15),
                WearParameter("smallest_range", 0...1e12),
            ]
        case .trend:
            return [
                WearParameter("failure_threshold", -1e12...1e12, isRequired: true),
                WearParameter("baseline", -1e12...1e12),
            ]
        }
    }
}
