internal import MetricModel

/// The series that speak about one component.
struct ComponentSeries: Sendable {
    let wear: Series
    let remaining: Series
    let lower: Series
    let upper: Series
    let observed: Series
    let unobserved: Series
    let resets: Series
    let lastReset: Series
    let refused: Series
    /// By `RemainingLife.Reason.allCases`, so that a tick makes none.
    let states: [Series]

    init(_ deviceID: String, _ component: String, _ families: WearFamilies, _ scope: SeriesScope) {
        func series(_ family: MetricFamily) -> Series {
            Series(family: family, scope: scope, labelValues: [deviceID, component])
        }
        wear = series(families.wear)
        remaining = series(families.remaining)
        lower = series(families.lower)
        upper = series(families.upper)
        observed = series(families.observed)
        unobserved = series(families.unobserved)
        resets = series(families.resets)
        lastReset = series(families.lastReset)
        refused = series(families.refused)
        states = RemainingLife.Reason.allCases.map { reason in
            Series(family: families.state, scope: scope, labelValues: [deviceID, component, reason.rawValue])
        }
    }

    func state(_ reason: RemainingLife.Reason) -> Series {
        states[RemainingLife.Reason.allCases.firstIndex(of: reason) ?? 0]
    }
}
