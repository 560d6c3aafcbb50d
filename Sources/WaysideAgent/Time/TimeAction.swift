internal import MetricModel

/// What is to be done because of the clock, in this order.
enum TimeAction: Sendable, Equatable {
    /// Nothing is to be sent before `.ship`.
    case hold
    /// The wall clock was set: by how much, forwards where positive.
    case stepped(milliseconds: Int64)
    /// The kernel's word on synchronisation has changed.
    case synchronised(Bool)
    /// Unsent batches of this boot that were taken by an unsynchronised clock are to be timed by this reading.
    case correct(ClockReading)
    /// Unsent batches of earlier boots are to be placed; nil where the clock cannot be trusted even now.
    case placeEarlierBoots(ClockReading?)
    case ship(ShippingReason)
}

/// Why samples are shipped from now on.
enum ShippingReason: String, Sendable {
    case synchronised = "the clock is synchronised"
    case plausible = "the clock is plausible"
    /// As long as was allowed, in vain.
    case waitedInVain = "the clock was not set within time.wait_for_sync; samples go out with the times they have"
}
