/// Which dialect a device speaks; raw values are those of the state record.
package enum DeviceProfile: UInt8, Sendable, CaseIterable {
    /// The native protocol of `firmware-protocol/PROTOCOL.md`.
    case wayside = 1
    /// The MODAX ESP32 firmware.
    case modax = 2
    /// What the settings' mappings say.
    case mapped = 3

    /// The name in settings and on `/api/v1/devices`.
    package var name: String {
        switch self {
        case .wayside: "wayside"
        case .modax: "modax"
        case .mapped: "mapped"
        }
    }
}
