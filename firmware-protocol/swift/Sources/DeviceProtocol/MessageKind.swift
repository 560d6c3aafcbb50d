/// The four messages a device sends; each has its own topic. Source: PROTOCOL.md, "Topics".
public enum MessageKind: UInt8, Sendable {
    /// Readings, once an interval. QoS 1, not retained.
    case telemetry = 0
    /// Readings that cannot wait for the interval, with the reason. QoS 1, not retained.
    case event = 1
    /// What the device is, once after each connect. QoS 1, retained.
    case birth = 2
    /// `online` after each connect; `offline` as the last will. QoS 1, retained.
    case state = 3

    /// The last level of the kind's topic.
    public var name: StaticString {
        switch self {
        case .telemetry: "telemetry"
        case .event: "event"
        case .birth: "birth"
        case .state: "state"
        }
    }

    /// Whether the device publishes this kind with the retain flag.
    public var isRetained: Bool { self == .birth || self == .state }
}
