internal import Daemon
internal import HostMetrics
internal import SettingsFile

// The sections of `host:` for collectors that node_exporter does not have (Sources/HostMetrics/EDGE.md).

struct ContainersSection: SettingsReadable {
    var settings = HostMetricsSettings.Containers()

    init(from section: SettingsSection) {
        settings.isSystemServicesEnabled = section.bool(
            "system_services", default: settings.isSystemServicesEnabled)
        settings.limit = section.integer("limit", default: settings.limit, range: 1...10_000)
    }
}

struct FlashSection: SettingsReadable {
    var settings = HostMetricsSettings.Flash()

    init(from section: SettingsSection) {
        let endurance = section.map(
            "endurance", expected: "a size such as 20TB, as the data sheet has it", expectedName: "a device's name"
        ) { ByteSizeText.parse($0) }
        for entry in endurance { settings.enduranceBytes[entry.name] = UInt64(entry.value) }
    }
}

struct ServicesSection: SettingsReadable {
    var settings = HostMetricsSettings.Services()

    init(from section: SettingsSection) {
        settings.names = section.stringList("names")
    }
}

struct SmartSection: SettingsReadable {
    var settings = HostMetricsSettings.Smart()

    init(from section: SettingsSection) {
        settings.intervalMilliseconds =
            section.duration(
                "interval", default: .milliseconds(settings.intervalMilliseconds),
                range: .seconds(60) ... .seconds(86_400)
            ).milliseconds
    }
}
