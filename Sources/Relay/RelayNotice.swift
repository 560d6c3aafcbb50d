/// What a person should hear of a target's ring, for the log.
package enum RelayNotice: Sendable, Hashable {
    case lost(RelayLoss)
    /// The disk takes no writes; what comes is kept in memory.
    case degraded(String)
    case recovered
    /// A request does not fit into a segment of the ring.
    case tooLarge(byteCount: Int, byteLimit: Int)
}
