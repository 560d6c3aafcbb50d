/// Something that a log should say. Reported on the session's thread.
package enum MQTTEvent: Hashable, Sendable, CustomStringConvertible {
    case connected(version: MQTTProtocolVersion, isSessionPresent: Bool)
    /// A connection or an attempt at one has ended; the next attempt comes after the delay.
    case disconnected(MQTTError, retryAfterMilliseconds: Int)
    /// The broker does not let us read this filter.
    case subscriptionRefused(filter: String, code: Int32)
    /// A payload above the limit was refused.
    case oversize(topic: String, byteCount: Int)

    /// A topic has up to 64 KiB, which no line of a log should have.
    private static func shown(_ topic: String) -> String {
        String(String.UnicodeScalarView(topic.unicodeScalars.prefix(128)))
    }

    package var description: String {
        switch self {
        case .connected(let version, let isPresent):
            "connected by MQTT \(version), \(isPresent ? "session resumed" : "new session")"
        case .disconnected(let error, let delay): "\(error); next attempt in \(delay) ms"
        case .subscriptionRefused(let filter, let code): "subscription to \(filter) refused (\(code))"
        case .oversize(let topic, let byteCount):
            "payload of \(byteCount) bytes on \(MQTTEvent.shown(topic)) is above the limit"
        }
    }
}
