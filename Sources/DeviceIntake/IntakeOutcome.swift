/// What became of a message. Whatever it is, the message may be acknowledged once the batch and the journal are safe.
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
    /// A new device beyond `deviceLimit`; the id of the device refused.
    case deviceLimit(deviceID: String)
}
