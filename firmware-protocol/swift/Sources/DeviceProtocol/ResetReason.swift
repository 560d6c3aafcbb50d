/// Why the device started, as the birth message says it. Source: PROTOCOL.md, "Birth".
public enum ResetReason: UInt8, Sendable {
    /// The chip could not say.
    case unknown = 0
    /// Power was applied.
    case powerOn = 1
    /// The reset pin.
    case external = 2
    /// The firmware asked for it, for example after an update.
    case software = 3
    /// An exception or a failed assertion.
    case panic = 4
    /// Any of the watchdogs.
    case watchdog = 5
    /// The end of deep sleep.
    case deepSleep = 6
    /// The supply voltage fell too low.
    case brownout = 7

    /// The word on the wire.
    public var name: StaticString {
        switch self {
        case .unknown: "unknown"
        case .powerOn: "power_on"
        case .external: "external"
        case .software: "software"
        case .panic: "panic"
        case .watchdog: "watchdog"
        case .deepSleep: "deep_sleep"
        case .brownout: "brownout"
        }
    }
}
