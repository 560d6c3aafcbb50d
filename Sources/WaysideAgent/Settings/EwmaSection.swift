internal import SettingsFile
internal import Wear

/// `ewma:` of an entry of `devices.anomalies`.
struct EwmaSection: SettingsReadable {
    var settings = AnomalySettings.Ewma()

    init(from section: SettingsSection) {
        settings.smoothing = section.number("lambda", default: settings.smoothing, range: 0.001...1)
        settings.limit = section.number("limit", default: settings.limit, range: 0.5...1000)
    }
}
