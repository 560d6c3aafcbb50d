internal import Daemon
internal import HostMetrics
internal import SettingsFile

// The sections of `host:` that are named after collectors: node_exporter's flags, with the collector's name as the
// section and the rest, underscores for hyphens, as the key. Sources/HostMetrics/FLAGS.md maps each.

struct CPUSection: SettingsReadable {
    var settings = HostMetricsSettings.CPU()

    init(from section: SettingsSection) {
        settings.isGuestEnabled = section.bool("guest", default: settings.isGuestEnabled)
        settings.isInfoEnabled = section.bool("info", default: settings.isInfoEnabled)
        settings.flagsInclude = section.pattern("info_flags_include")
        settings.bugsInclude = section.pattern("info_bugs_include")
    }
}

struct DiskstatsSection: SettingsReadable {
    let devices: NameFilter

    init(from section: SettingsSection) {
        devices = section.nameFilter("device", default: NameFilter(exclude: .defaultDiskExclusion))
    }
}

struct FilesystemSection: SettingsReadable {
    var settings = HostMetricsSettings.Filesystem()

    init(from section: SettingsSection) {
        settings.mountPoints = section.nameFilter("mount_points", default: settings.mountPoints)
        settings.types = section.nameFilter("fs_types", default: settings.types)
        settings.mountTimeoutMilliseconds = Int(
            section.duration(
                "mount_timeout", default: .milliseconds(settings.mountTimeoutMilliseconds),
                range: .milliseconds(10) ... .seconds(60)
            ).milliseconds)
    }
}

struct NetdevSection: SettingsReadable {
    let devices: NameFilter

    init(from section: SettingsSection) {
        devices = section.nameFilter("device")
    }
}

struct StatSection: SettingsReadable {
    let isSoftIRQEnabled: Bool

    init(from section: SettingsSection) {
        isSoftIRQEnabled = section.bool("softirq", default: false)
    }
}

struct TextfileSection: SettingsReadable {
    var settings = HostMetricsSettings.Textfile()

    init(from section: SettingsSection) {
        settings.directories = section.stringList("directory")
    }
}
