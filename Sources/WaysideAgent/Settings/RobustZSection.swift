internal import SettingsFile
internal import Wear

/// `robust_z:` of an entry of `devices.anomalies`.
struct RobustZSection: SettingsReadable {
    var settings = AnomalySettings.RobustZ()

    init(from section: SettingsSection) {
        settings.window = section.integer(
            "window", default: settings.window, range: AnomalySettings.leastWindow...AnomalySettings.windowLimit)
        settings.threshold = section.number("threshold", default: settings.threshold, range: 0.5...1000)
    }
}
