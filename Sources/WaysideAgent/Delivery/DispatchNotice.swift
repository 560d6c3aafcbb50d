internal import Shipping

/// What a person should hear of a delivery, for the log.
enum DispatchNotice: Sendable, Hashable {
    /// A new reason why nothing is acknowledged; repetitions are not given.
    case failed(String)
    /// An acknowledgement after a failure.
    case recovered
    case dropped(DeliveryDrop)
    case changedProtocol(to: ProtocolVersion, because: ProtocolChange)
    /// The receiver gives an answer that only a person can change.
    case paused(String)
    /// `rate_limit` or `daily_bytes` is reached; nothing goes before this time of the wall clock.
    case heldBack(SendBudget.Limit, untilUnixMilliseconds: Int64)
    /// Live data goes before the backlog from now on.
    case divided
    /// The backlog has been sent.
    case joined
    /// `newestFirst` is set, and the receiver is not known to take samples in any order.
    case takesInOrderOnly
}
