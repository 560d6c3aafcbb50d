internal import Glibc

/// Thermal ageing: what heat makes faster, by Arrhenius.
///
/// damage per hour = AF(T) / H with AF = exp(Eₐ/k · (1/T₀ − 1/T)); Eₐ `activation_energy_electronvolts`,
/// T₀ `reference_celsius`, H `nominal_life_hours` at T₀, k = 8.617333262·10⁻⁵ eV/K (CODATA 2018), T in kelvin.
/// Source: JEDEC JEP122 and IEC 62506, acceleration by temperature.
struct ArrheniusLife: Sendable {
    let activationEnergyElectronvolts: Double
    let referenceCelsius: Double
    let nominalLifeHours: Double

    private static let boltzmann = 8.617333262e-5
    private static let kelvinAtZeroCelsius = 273.15

    init(_ given: [String: Double]) {
        activationEnergyElectronvolts = given["activation_energy_electronvolts"] ?? 1
        referenceCelsius = given["reference_celsius"] ?? 0
        nominalLifeHours = given["nominal_life_hours"] ?? 1
    }

    /// How many times faster it ages than at the reference. 0 at and below absolute zero.
    func acceleration(celsius: Double) -> Double {
        let kelvin = celsius + ArrheniusLife.kelvinAtZeroCelsius
        guard kelvin > 0 else { return 0 }
        let reference = referenceCelsius + ArrheniusLife.kelvinAtZeroCelsius
        return exp(activationEnergyElectronvolts / ArrheniusLife.boltzmann * (1 / reference - 1 / kelvin))
    }

    func damagePerHour(celsius: Double) -> Double { acceleration(celsius: celsius) / nominalLifeHours }
}
