package import DeviceIntake
package import SettingsFile
package import Wear

/// `devices:` limits and staleness of what speaks over MQTT.
package struct DeviceSettings: SettingsReadable, Sendable {
    package let limit: Int
    package let seriesPerDevice: Int
    /// Metric names that devices may make, all together.
    package let families: Int
    package let payloadLimit: Int
    /// Messages of one device a second on average, and at once.
    package let messageRate: Int
    package let messageBurst: Int
    package let staleAfterIntervals: Int
    package let staleAfterMinimum: Duration
    package let forgetAfter: Duration
    /// The keys of devices that authenticate their messages, and the file they are in.
    package let keys: DeviceKeys
    package let keysPath: String?
    /// Whether devices without a key are refused.
    package let requireMAC: Bool
    /// How machines wear, and which of their readings are watched.
    package let wear: WearSettings

    /// Room for the keys of more devices than may be known.
    private static let keysByteLimit = 32 << 20

    package init(from section: SettingsSection) {
        limit = section.integer("limit", default: 1000, range: 1...100_000)
        seriesPerDevice = section.integer("series_per_device", default: 128, range: 1...10_000)
        families = section.integer("families", default: 512, range: 1...100_000)
        payloadLimit = section.byteSize("payload_limit", default: 8192, range: 256...262_144)
        messageRate = section.integer("message_rate", default: 100, range: 1...100_000)
        messageBurst = section.integer("message_burst", default: 10_000, range: 1...10_000_000)
        staleAfterIntervals = section.integer("stale_after_intervals", default: 4, range: 1...1000)
        staleAfterMinimum = section.duration(
            "stale_after_minimum", default: .seconds(30), range: .seconds(1) ... .seconds(86400))
        forgetAfter = section.duration(
            "forget_after", default: .seconds(30 * 86400), range: .seconds(60) ... .seconds(3650 * 86400))
        requireMAC = section.bool("require_mac", default: false)
        let file = section.fileContent(
            "keys_file", expected: "the path of a file with device keys", byteLimit: DeviceSettings.keysByteLimit)
        keysPath = file?.path
        var keys = DeviceKeys()
        if let file {
            do throws(DeviceKeyFileError) {
                keys = try DeviceKeyFile.parse(file.bytes)
            } catch {
                section.problem("keys_file", "\(file.path), \(error)")
            }
        }
        self.keys = keys
        if requireMAC, !section.isGiven("keys_file") {
            section.problem("require_mac", "needs \"keys_file\", or every device would be refused")
        }
        var wear = WearSettings()
        wear.models = section.sections("wear", as: WearSection.self).compactMap(\.declared)
        wear.vibration = section.sections("vibration", as: VibrationSection.self).map(\.machine)
        wear.anomalies = section.sections("anomalies", as: AnomalySection.self).map(\.anomaly)
        self.wear = wear
    }
}
