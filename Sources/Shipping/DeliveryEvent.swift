/// What happens to a destination.
package enum DeliveryEvent: Sendable, Hashable {
    /// The next request has been planned and put together; it has so many samples after the destination's own
    /// filters. Only when the machine has asked with `.prepareNext`.
    ///
    /// `receivedAs` is for a request that is passed on: one that came by 1.0 is not made a 2.0 one as long as there is a
    /// choice, whatever the receiver speaks.
    case requestReady(PlannedRequest, sampleCount: Int, receivedAs: ProtocolVersion? = nil)
    /// The answer to what was sent last.
    case response(DeliveryResponse)
    /// No answer came: no connection, a reset, a timeout. What was sent may have arrived.
    case networkError(String)
    /// The time of the last `.wait` has come. Early or stray ones are harmless.
    case timer
    /// The ring has overwritten everything before this record.
    case overwritten(oldestRecord: UInt64)
    /// The agent ends: what is under way may be answered, nothing new is begun.
    case stop
}
