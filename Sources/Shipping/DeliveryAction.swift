/// What is to be done for a destination, in the order given.
package enum DeliveryAction: Sendable, Hashable {
    /// Send these samples, then report a `.response` or `.networkError`.
    case send(DeliveryAttempt)
    /// Report `.timer` at this time.
    case wait(untilNanoseconds: Int64, DeliveryWait)
    /// Everything through this record is done with: move the cursor. The request's bytes are not needed any more.
    case advance(throughRecord: UInt64)
    /// So much was acknowledged.
    case acknowledged(samples: Int)
    /// So much will never be acknowledged: count it by reason, log the receiver's line.
    case dropped(DeliveryDrop)
    /// From now on by this version: count and log.
    case changedProtocol(to: ProtocolVersion, because: ProtocolChange)
    /// Forget the request that was prepared: the ring has overwritten part of it. Plan again from the oldest record.
    case discardPrepared
    /// The machine is free: plan the next request and report `.requestReady`, now or whenever there is one.
    case prepareNext
    /// Nothing more will happen: stopped.
    case finished
}
