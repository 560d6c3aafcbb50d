internal import DeviceProtocol

/// The reasons as `device_resets_total{reason}` counts them.
extension ResetReason {
    /// All of them, by the code that they have on the wire, which is also their place among the counters.
    static let counted: [ResetReason] = (0...7).compactMap(ResetReason.init(rawValue:))

    /// Counted from 0 for every device that says why it starts, so that an alert sees the first one.
    static let alarming: [ResetReason] = [.panic, .watchdog, .brownout]

    /// The place in `counted`.
    var index: Int { Int(rawValue) }
}
