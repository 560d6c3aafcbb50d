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

struct EthtoolSection: SettingsReadable {
    var settings = HostMetricsSettings.Ethtool()

    init(from section: SettingsSection) {
        settings.devices = section.nameFilter("device")
        settings.metricsInclude = section.pattern("metrics_include")
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

struct DeviceFilterSection: SettingsReadable {
    let devices: NameFilter

    init(from section: SettingsSection) {
        devices = section.nameFilter("device")
    }
}

struct InterruptsSection: SettingsReadable {
    var settings = HostMetricsSettings.Interrupts()

    init(from section: SettingsSection) {
        settings.names = section.nameFilter("name")
        settings.includesZeros = section.bool("include_zeros", default: settings.includesZeros)
    }
}

/// `netstat` and `vmstat`: which fields of the kernel's text.
struct FieldsSection: SettingsReadable {
    /// Nil for the default.
    let fields: NamePattern?

    init(from section: SettingsSection) {
        fields = section.pattern("fields")
    }
}

struct SlabinfoSection: SettingsReadable {
    let slabs: NameFilter

    init(from section: SettingsSection) {
        slabs = section.nameFilter("slabs")
    }
}

struct SysctlSection: SettingsReadable {
    var settings = HostMetricsSettings.Sysctl()

    init(from section: SettingsSection) {
        settings.include = section.stringList("include")
        settings.includeInfo = section.stringList("include_info")
    }
}

struct SystemdSection: SettingsReadable {
    var settings = HostMetricsSettings.Systemd()

    init(from section: SettingsSection) {
        // Unlike other filters, both may be given: a unit has to pass both.
        settings.units = NameFilter(
            exclude: section.isGiven("unit_exclude")
                ? section.pattern("unit_exclude", matches: .wholeNames) : settings.units.exclude,
            include: section.pattern("unit_include", matches: .wholeNames))
        settings.isTasksEnabled = section.bool("enable_task_metrics", default: settings.isTasksEnabled)
        settings.isRestartsEnabled = section.bool("enable_restarts_metrics", default: settings.isRestartsEnabled)
        settings.isStartTimeEnabled = section.bool("enable_start_time_metrics", default: settings.isStartTimeEnabled)
        settings.isPrivate = section.bool("private", default: settings.isPrivate)
    }
}

struct HwmonSection: SettingsReadable {
    var settings = HostMetricsSettings.HardwareMonitors()

    init(from section: SettingsSection) {
        settings.chips = section.nameFilter("chip")
        settings.sensors = section.nameFilter("sensor")
    }
}

struct NetclassSection: SettingsReadable {
    var settings = HostMetricsSettings.NetworkClass()

    init(from section: SettingsSection) {
        settings.devices = NameFilter(exclude: section.pattern("ignored_devices"))
        settings.isInvalidSpeedIgnored = section.bool("ignore_invalid_speed", default: false)
    }
}

struct NetdevSection: SettingsReadable {
    var settings = HostMetricsSettings.NetworkDevices()

    init(from section: SettingsSection) {
        settings.devices = section.nameFilter("device")
        settings.isDetailed = section.bool("enable_detailed_metrics", default: false)
        settings.isAddressInfoEnabled = section.bool("address_info", default: false)
        settings.hasAliasLabel = section.bool("label_ifalias", default: false)
    }
}

struct PcideviceSection: SettingsReadable {
    var settings = HostMetricsSettings.PCIDevices()

    init(from section: SettingsSection) {
        settings.areNamesEnabled = section.bool("names", default: false)
        let file = section.string("idsfile", default: "")
        settings.namesFile = file.isEmpty ? nil : file
    }
}

struct PowersupplyclassSection: SettingsReadable {
    let supplies: NameFilter

    init(from section: SettingsSection) {
        supplies = NameFilter(exclude: section.pattern("ignored_supplies"))
    }
}

struct TapestatsSection: SettingsReadable {
    let devices: NameFilter

    init(from section: SettingsSection) {
        devices = NameFilter(exclude: section.pattern("ignored_devices"))
    }
}

struct RaplSection: SettingsReadable {
    let isZoneLabelEnabled: Bool

    init(from section: SettingsSection) {
        isZoneLabelEnabled = section.bool("enable_zone_label", default: false)
    }
}

struct BcacheSection: SettingsReadable {
    var settings = HostMetricsSettings.Bcache()

    init(from section: SettingsSection) {
        settings.isPriorityStatisticsEnabled = section.bool("priority_stats", default: false)
    }
}

struct IPVSSection: SettingsReadable {
    typealias Label = HostMetricsSettings.IPVS.BackendLabel

    var settings = HostMetricsSettings.IPVS()

    init(from section: SettingsSection) {
        let names = Label.allCases.map(\.rawValue).joined(separator: ", ")
        let labels = section.values("backend_labels", expected: "one of " + names) { Label(rawValue: $0) }
        if section.isGiven("backend_labels") { settings.backendLabels = Set(labels) }
    }
}
