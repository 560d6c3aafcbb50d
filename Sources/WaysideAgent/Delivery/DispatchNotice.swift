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
}
