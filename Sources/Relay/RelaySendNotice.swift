package import Shipping

/// What a person should hear of the sending to a target, for the log.
package enum RelaySendNotice: Sendable, Hashable {
    /// A new reason why nothing is acknowledged; repetitions are not given.
    case failed(String)
    case recovered
    /// The target gives an answer that only a person can change.
    case paused(String)
    case dropped(DeliveryDrop)
    case changedProtocol(to: ProtocolVersion, because: ProtocolChange)
    case unreadable(record: UInt64, String)
}
