/// What a state message says.
public enum DeviceState: UInt8, Sendable {
    /// Published by the device itself after each connect.
    case online = 0
    /// Published by the broker as the last will, or by the device before a wanted disconnect.
    case offline = 1

    /// The word on the wire.
    public var name: StaticString { self == .online ? "online" : "offline" }
}
