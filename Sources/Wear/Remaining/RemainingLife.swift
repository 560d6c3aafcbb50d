/// A remaining useful life with its bounds, or why there is none.
package enum RemainingLife: Equatable, Sendable {
    /// Hours of observed operation until the damage is 1.
    package struct Estimate: Equatable, Sendable {
        package var hours: Double
        package var lowerHours: Double
        package var upperHours: Double
    }

    /// The label `reason` of `wayside_remaining_useful_life_state`.
    package enum Reason: String, CaseIterable, Sendable {
        /// There is an honest figure.
        case ok
        /// Damage has reached 1: the figure is 0.
        case wornOut = "worn_out"
        /// Nothing has come of the reading it goes by.
        case noData = "no_data"
        case tooLittleHistory = "too_little_history"
        /// The rate is zero, or so small that the life left is over a century.
        case noWear = "no_wear"
        /// The indicator goes up and down too much to be a trend.
        case notMonotone = "not_monotone"
        /// Least squares and Theil–Sen see different trends.
        case disagreement
        /// The end lies too far beyond what was seen.
        case tooFarAhead = "too_far_ahead"
        /// The device's declaration cannot be used; the log says why.
        case declarationInvalid = "declaration_invalid"
    }

    case known(Estimate)
    case wornOut
    case unknown(Reason)

    package var estimate: Estimate? {
        switch self {
        case .known(let estimate): estimate
        case .wornOut: Estimate(hours: 0, lowerHours: 0, upperHours: 0)
        case .unknown: nil
        }
    }

    package var reason: Reason {
        switch self {
        case .known: .ok
        case .wornOut: .wornOut
        case .unknown(let reason): reason
        }
    }

    /// The same, seen so many hours later.
    func later(byHours hours: Double) -> RemainingLife {
        guard case .known(let estimate) = self else { return self }
        return .known(
            Estimate(
                hours: max(0, estimate.hours - hours), lowerHours: max(0, estimate.lowerHours - hours),
                upperHours: max(0, estimate.upperHours - hours)))
    }

    /// Beyond this no figure is given: 114 years.
    static let hourLimit = 1e6
}
