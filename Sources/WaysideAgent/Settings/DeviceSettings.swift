package import SettingsFile
package import Wear

/// `devices:` limits and staleness of what speaks over MQTT.
package struct DeviceSettings: SettingsReadable, Sendable {
    package let limit: Int
    package let staleAfterIntervals: Int
    package let staleAfterMinimum: Duration
    package let forgetAfter: Duration
    /// How machines wear, and which of their readings are watched.
    package let wear: WearSettings

    package init(from section: SettingsSection) {
        limit = section.integer("limit", default: 1000, range: 1...100_000)
        staleAfterIntervals = section.integer("stale_after_intervals", default: 4, range: 1...1000)
        staleAfterMinimum = section.duration(
            "stale_after_minimum", default: .seconds(30), range: .seconds(1) ... .seconds(86400))
        forgetAfter = section.duration(
            "forget_after", default: .seconds(30 * 86400), range: .seconds(60) ... .seconds(3650 * 86400))
        var wear = WearSettings()
        wear.models = section.sections("wear", as: WearSection.self).compactMap(\.declared)
        wear.vibration = section.sections("vibration", as: VibrationSection.self).map(\.machine)
        wear.anomalies = section.sections("anomalies", as: AnomalySection.self).map(\.anomaly)
        self.wear = wear
    }
}
