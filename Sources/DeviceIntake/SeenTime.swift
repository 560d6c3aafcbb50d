internal import MetricModel

/// When a device was heard, by the wall clock.
struct SeenTime: Equatable {
    var unixMilliseconds: Int64
    /// Whether the wall clock was synchronised then.
    var isSynchronised: Bool

    init(_ arrival: Arrival) {
        unixMilliseconds = arrival.unixMilliseconds
        isSynchronised = arrival.isSynchronised
    }

    init(unixMilliseconds: Int64, isSynchronised: Bool) {
        self.unixMilliseconds = unixMilliseconds
        self.isSynchronised = isSynchronised
    }

    /// Tells that the wall clock was set: what was read from it while it was wrong moves with it.
    mutating func correct(byMilliseconds shift: Int64, isSynchronised isSynchronisedNow: Bool) {
        guard !isSynchronised else { return }
        unixMilliseconds = SafeSum.unixTime(unixMilliseconds, shift)
        isSynchronised = isSynchronisedNow
    }
}
