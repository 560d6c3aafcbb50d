/// Why a device says that it started; raw values are those of the protocol and the label values of
/// `device_resets_total{reason}`.
enum ResetReason: String, CaseIterable {
    case unknown
    case powerOn = "power_on"
    case external
    case software
    case panic
    case watchdog
    case deepSleep = "deep_sleep"
    case brownout
    /// A word that is none of the protocol's.
    case other

    /// Of the word in a birth message; a birth without one is of an unknown reason.
    init(word: String) {
        self = word.isEmpty ? .unknown : ResetReason(rawValue: word) ?? .other
    }

    /// Counted from 0 for every device that says why it starts, so that an alert sees the first one.
    static let alarming: [ResetReason] = [.panic, .watchdog, .brownout]

    /// The place in `allCases`, which is the order of the state record.
    var index: Int { ResetReason.allCases.firstIndex(of: self) ?? 0 }
}
