/// What was counted for one device.
struct DeviceTally {
    /// Readings and events handed to the client.
    var published = 0
    /// Of those, acknowledged by the broker (QoS 1) or written to the socket (QoS 0).
    var acknowledged = 0
    /// Of those, refused by the broker.
    var refused = 0
    /// Of those, given up by a reboot with their fate unknown.
    var abandoned = 0
    /// Readings that were due but not published: no connection, or too much waiting for the broker.
    var skipped = 0
    var duplicatesSent = 0
    var malformedSent = 0
    var reboots = 0
    /// The last acknowledged message.
    var lastAcknowledged: OutgoingMessage.Identity?

    static func += (total: inout DeviceTally, part: DeviceTally) {
        total.published += part.published
        total.acknowledged += part.acknowledged
        total.refused += part.refused
        total.abandoned += part.abandoned
        total.skipped += part.skipped
        total.duplicatesSent += part.duplicatesSent
        total.malformedSent += part.malformedSent
        total.reboots += part.reboots
    }

    /// The counters as the members of a JSON object, without its braces.
    var jsonMembers: String {
        "\"published\":\(published),\"acknowledged\":\(acknowledged),\"refused\":\(refused),"
            + "\"abandoned\":\(abandoned),\"skipped\":\(skipped),\"duplicates_sent\":\(duplicatesSent),"
            + "\"malformed_sent\":\(malformedSent),\"reboots\":\(reboots)"
    }
}
