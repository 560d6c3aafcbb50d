internal import SettingsFile
internal import Wear

/// `cusum:` of an entry of `devices.anomalies`.
struct CusumSection: SettingsReadable {
    var settings = AnomalySettings.Cusum()

    init(from section: SettingsSection) {
        settings.allowance = section.number("allowance", default: settings.allowance, range: 0...100)
        settings.decision = section.number("decision", default: settings.decision, range: 0.5...1000)
    }
}
