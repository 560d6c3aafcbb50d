/// What names a message and places it in time: enough to know it again when it is redelivered.
struct MessageIdentity: Equatable {
    /// The kind of a native message, or the stream of a MODAX one.
    var stream: UInt8
    /// Absent in dialects without boot id and sequence number.
    var boot: Boot?
    var uptimeMilliseconds: Int64
    /// Hash of the payload, where there is no sequence number.
    var hash: UInt32 = 0
    /// How long ago the device measured by its own, believable wall clock.
    var declaredLagMilliseconds: Int64?

    /// Hash of topic and content, where a mapped message has no number but says something by which it is told from
    /// others.
    var contentKey: UInt64?
    /// Whether a mapped message says when it was measured, by a clock.
    var hasTime = false
    /// Whether `uptimeMilliseconds` is one. Only mapped messages may have none.
    var isUptimeKnown = true
    /// Hash of a mapped message's topic; 0 where it is not known any more.
    var topicHash: UInt32 = 0

    /// Whether it has a reading that is not `null`: only then does it make the device's data newer.
    var hasValue = true

    /// Whether the message was authenticated. A device that shows its key has boot ids that rise, so it cannot begin anew
    /// under the same one.
    var isAuthentic = false

    struct Boot: Equatable {
        var bootID: UInt32
        var sequence: UInt32
    }
}
