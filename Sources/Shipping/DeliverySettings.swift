/// How a destination is dealt with when it does not take what it is sent. All times in nanoseconds.
package struct DeliverySettings: Sendable, Hashable {
    package var protocolChoice: ProtocolChoice
    /// The bound of the first wait; it doubles with each failure.
    package var backoffBaseNanoseconds: Int64
    /// What the bound of a wait never exceeds.
    package var backoffLimitNanoseconds: Int64
    /// No wait is shorter, however the dice fall.
    package var backoffMinimumNanoseconds: Int64
    /// A longer Retry-After is cut to this: a receiver's clock may be wrong too.
    package var retryAfterLimitNanoseconds: Int64
    /// How long a destination rests after an answer that only a person can change; at least 60 s.
    package var pauseNanoseconds: Int64
    /// After this long by 1.0, `auto` tries 2.0 again: receivers get upgraded.
    package var secondTryNanoseconds: Int64
    /// Into how many parts a request is split at most; a power of two.
    package var partLimit: Int

    package init(
        protocolChoice: ProtocolChoice = .auto, backoffBaseNanoseconds: Int64 = 1_000_000_000,
        backoffLimitNanoseconds: Int64 = 60_000_000_000, backoffMinimumNanoseconds: Int64 = 100_000_000,
        retryAfterLimitNanoseconds: Int64 = 300_000_000_000, pauseNanoseconds: Int64 = 60_000_000_000,
        secondTryNanoseconds: Int64 = 86_400_000_000_000, partLimit: Int = 1024
    ) {
        precondition(backoffMinimumNanoseconds > 0 && backoffBaseNanoseconds >= backoffMinimumNanoseconds)
        precondition(backoffLimitNanoseconds >= backoffBaseNanoseconds)
        precondition(pauseNanoseconds >= 60_000_000_000, "a pause is at least 60 s")
        precondition(partLimit > 0 && partLimit & (partLimit - 1) == 0, "the parts are a power of two")
        self.protocolChoice = protocolChoice
        self.backoffBaseNanoseconds = backoffBaseNanoseconds
        self.backoffLimitNanoseconds = backoffLimitNanoseconds
        self.backoffMinimumNanoseconds = backoffMinimumNanoseconds
        self.retryAfterLimitNanoseconds = retryAfterLimitNanoseconds
        self.pauseNanoseconds = pauseNanoseconds
        self.secondTryNanoseconds = secondTryNanoseconds
        self.partLimit = partLimit
    }
}
