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
            rootfs: section.string("rootfs", default: "/"),
            udevData: section.string("udev_data", default: "/run/udev/data"))
        let choice = section.section("collectors", as: CollectorChoice.self)
        var metrics = HostMetricsSettings(
            roots: roots, hasDefaults: choice.hasDefaults, enable: choice.enabled, disable: choice.disabled)
        metrics.collectorTimeoutMilliseconds = Int(
            section.duration(
                "collector_timeout", default: .milliseconds(metrics.collectorTimeoutMilliseconds),
                range: .milliseconds(100) ... .seconds(60)
            ).milliseconds)
        Self.readCollectors(section, into: &metrics)
        self.metrics = metrics
        askedFor = Set(choice.enabled)
    }

    private static func readCollectors(_ section: SettingsSection, into metrics: inout HostMetricsSettings) {
        metrics.arpDevices = section.section("arp", as: DeviceFilterSection.self).devices
        metrics.bcache = section.section("bcache", as: BcacheSection.self).settings
        metrics.containers = section.section("containers", as: ContainersSection.self).settings
        metrics.cpu = section.section("cpu", as: CPUSection.self).settings
        metrics.diskDevices = section.section("diskstats", as: DiskstatsSection.self).devices
        metrics.ethtool = section.section("ethtool", as: EthtoolSection.self).settings
        metrics.filesystem = section.section("filesystem", as: FilesystemSection.self).settings
        metrics.flash = section.section("flash", as: FlashSection.self).settings
        metrics.hardwareMonitors = section.section("hwmon", as: HwmonSection.self).settings
        metrics.ipvs = section.section("ipvs", as: IPVSSection.self).settings
        metrics.interrupts = section.section("interrupts", as: InterruptsSection.self).settings
        metrics.networkClass = section.section("netclass", as: NetclassSection.self).settings
        metrics.networkDevices = section.section("netdev", as: NetdevSection.self).settings
        metrics.netstatFields =
            section.section("netstat", as: FieldsSection.self).fields ?? metrics.netstatFields
        metrics.pciDevices = section.section("pcidevice", as: PcideviceSection.self).settings
        metrics.powerSupplies = section.section("powersupplyclass", as: PowersupplyclassSection.self).supplies
        metrics.queueingDevices = section.section("qdisc", as: DeviceFilterSection.self).devices
        metrics.isRAPLZoneLabelEnabled = section.section("rapl", as: RaplSection.self).isZoneLabelEnabled
        metrics.services = section.section("services", as: ServicesSection.self).settings
        metrics.slabs = section.section("slabinfo", as: SlabinfoSection.self).slabs
        metrics.smart = section.section("smart", as: SmartSection.self).settings
        metrics.isSoftIRQEnabled = section.section("stat", as: StatSection.self).isSoftIRQEnabled
        metrics.sysctl = section.section("sysctl", as: SysctlSection.self).settings
        metrics.systemd = section.section("systemd", as: SystemdSection.self).settings
        metrics.tapeDevices = section.section("tapestats", as: TapestatsSection.self).devices
        metrics.textfile = section.section("textfile", as: TextfileSection.self).settings
        metrics.vmstatFields = section.section("vmstat", as: FieldsSection.self).fields ?? metrics.vmstatFields
    }
}
