/// What became of a message. Whatever it is but `.batchFull`, the message may be acknowledged once the batch and the
/// journal are safe.
package enum IntakeOutcome: Sendable, Equatable {
    /// Taken; that many samples went into the batch (none for birth and state).
    case accepted(sampleCount: Int)
    /// A redelivery of what was taken before; nothing was added.
    case duplicate
    /// A retained reading, whose age nobody knows; counted, and nothing was added.
    case retained
    /// Not a message of its profile.
    case malformed(MalformedMessage)
    /// The topic belongs to no profile that is listened to.
    case ignoredTopic
    /// The batch has no room for the message's readings, or the journal none for its identity. Nothing was changed:
    /// make the batch and the drained journal safe and call again.
    case batchFull
    /// The device sends more than `messageRatePerSecond` allows; counted under its name, and nothing was added.
    case rateLimited(deviceID: String)
    /// A new device beyond `deviceLimit`; the id of the device refused.
    case deviceLimit(deviceID: String)
}
