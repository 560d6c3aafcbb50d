internal import Daemon
package import HostMetrics
package import SettingsFile

/// `host:` the collectors of /proc and /sys.
package struct HostSettings: SettingsReadable, Sendable {
    package let interval: Duration
    package let metrics: HostMetricsSettings
    /// Collectors that are asked for by name, which a host that has nothing of the kind is to be told about.
    package let askedFor: Set<String>

    package init(from section: SettingsSection) {
        interval = section.duration("interval", default: .seconds(15), range: .seconds(1) ... .seconds(3600))
        let roots = HostRoots(
            procfs: section.string("procfs", default: "/proc"), sysfs: section.string("sysfs", default: "/sys"),
            rootfs: section.string("rootfs", default: "/"))
        let choice = section.section("collectors", as: CollectorChoice.self)
        var metrics = HostMetricsSettings(
            roots: roots, hasDefaults: choice.hasDefaults, enable: choice.enabled, disable: choice.disabled)
        metrics.collectorTimeoutMilliseconds = Int(
            section.duration(
                "collector_timeout", default: .milliseconds(metrics.collectorTimeoutMilliseconds),
                range: .milliseconds(100) ... .seconds(60)
            ).milliseconds)
        metrics.cpu = section.section("cpu", as: CPUSection.self).settings
        metrics.diskDevices = section.section("diskstats", as: DiskstatsSection.self).devices
        metrics.filesystem = section.section("filesystem", as: FilesystemSection.self).settings
        metrics.networkDevices = section.section("netdev", as: NetdevSection.self).devices
        metrics.isSoftIRQEnabled = section.section("stat", as: StatSection.self).isSoftIRQEnabled
        metrics.textfile = section.section("textfile", as: TextfileSection.self).settings
        self.metrics = metrics
        askedFor = Set(choice.enabled)
    }
}
