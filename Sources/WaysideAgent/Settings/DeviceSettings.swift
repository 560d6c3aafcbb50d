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
    /// What the messages of further topics mean. The intake is one for all brokers, so these are too.
    package let mappings: [DeviceMapping]
    /// How machines wear, and which of their readings are watched.
    package let wear: WearSettings
    /// The keys of devices that authenticate their messages, and the file they are in.
    package let keys: DeviceKeys
    package let keysPath: String?
    /// Whether devices without a key are refused.
    package let requireMAC: Bool

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
        wear = DeviceSettings.wear(section)
        mappings = DeviceSettings.mappings(section)
        requireMAC = section.bool("require_mac", default: false)
        (keys, keysPath) = DeviceSettings.keys(section)
        if requireMAC, !section.isGiven("keys_file") {
            section.problem("require_mac", "needs \"keys_file\", or every device would be refused")
        }
    }

    private static func wear(_ section: SettingsSection) -> WearSettings {
        var wear = WearSettings()
        wear.models = section.sections("wear", as: WearSection.self).compactMap(\.declared)
        wear.vibration = section.sections("vibration", as: VibrationSection.self).map(\.machine)
        wear.anomalies = section.sections("anomalies", as: AnomalySection.self).map(\.anomaly)
        wear.limit = section.integer("wear_limit", default: wear.limit, range: 1...100_000)
        return wear
    }

    private static func mappings(_ section: SettingsSection) -> [DeviceMapping] {
        let entries = section.sections("mappings", as: MappingSettings.self)
        let mappings = entries.compactMap(\.mapping)
        guard mappings.count == entries.count, let problem = DeviceMapping.problem(mappings) else { return mappings }
        if problem.mapping < entries.count, problem.mapping < MappingLimits.mappingLimit {
            entries[problem.mapping].section.problem("readings", problem.text)
        } else {
            section.problem("mappings", problem.text)
        }
        return mappings
    }

    private static func keys(_ section: SettingsSection) -> (keys: DeviceKeys, path: String?) {
        let file = section.fileContent(
            "keys_file", expected: "the path of a file with device keys", byteLimit: keysByteLimit)
        guard let file else { return (DeviceKeys(), nil) }
        do throws(DeviceKeyFileError) {
            return (try DeviceKeyFile.parse(file.bytes), file.path)
        } catch {
            section.problem("keys_file", "\(file.path), \(error)")
            return (DeviceKeys(), file.path)
        }
    }
}
