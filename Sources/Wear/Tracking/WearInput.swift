/// The newest value of one reading that a component goes by.
struct WearInput: Equatable, Sendable {
    var value = 0.0
    /// The time of the newest sample applied, in Unix milliseconds; nil for none.
    var stampUnixMilliseconds: Int64?
    var steps = StepObserver()

    /// For how long a value is taken to hold: four intervals, at least a minute.
    static let leastHoldMilliseconds: Int64 = 60_000
    static let holdIntervals: Int64 = 4

    /// How long the value holds, with the interval that was declared or the one observed.
    func holdMilliseconds(declared: Int64?) -> Int64 {
        max(WearInput.holdIntervals * (declared ?? steps.medianMilliseconds ?? 0), WearInput.leastHoldMilliseconds)
    }
}
