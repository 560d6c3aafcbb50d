/// The list of collectors; a new one is one line here.
package enum HostCollectors {
    package struct Entry: Sendable {
        /// The name in the settings and in `node_scrape_collector_success{collector}`, as node_exporter has it.
        package let name: String
        /// Whether it runs when the settings do not name it.
        package let isDefault: Bool
        package let make: @Sendable (HostMetricsSettings, SharedSources) -> any HostCollector
    }

    package static let all: [Entry] = [
        Entry(name: "bonding", isDefault: true) { settings, _ in BondingCollector(settings) },
        Entry(name: "cgroups", isDefault: false) { settings, _ in CgroupsCollector(settings) },
        Entry(name: "cpu", isDefault: true) { CPUCollector($0, $1) },
        Entry(name: "cpu_vulnerabilities", isDefault: false) { settings, _ in CpuVulnerabilitiesCollector(settings) },
        Entry(name: "cpufreq", isDefault: true) { settings, _ in CpufreqCollector(settings) },
        Entry(name: "diskstats", isDefault: true) { settings, _ in DiskstatsCollector(settings) },
        Entry(name: "dmi", isDefault: true) { settings, _ in DmiCollector(settings) },
        Entry(name: "dmmultipath", isDefault: true) { settings, _ in DmmultipathCollector(settings) },
        Entry(name: "drbd", isDefault: false) { settings, _ in DrbdCollector(settings) },
        Entry(name: "edac", isDefault: true) { settings, _ in EdacCollector(settings) },
        Entry(name: "filesystem", isDefault: true) { settings, _ in FilesystemCollector(settings) },
        Entry(name: "hwmon", isDefault: true) { settings, _ in HwmonCollector(settings) },
        Entry(name: "ksmd", isDefault: false) { settings, _ in KsmdCollector(settings) },
        Entry(name: "loadavg", isDefault: true) { settings, _ in LoadavgCollector(settings) },
        Entry(name: "mdadm", isDefault: true) { settings, _ in MdadmCollector(settings) },
        Entry(name: "meminfo", isDefault: true) { settings, _ in MeminfoCollector(settings) },
        Entry(name: "netclass", isDefault: true) { settings, _ in NetclassCollector(settings) },
        Entry(name: "netdev", isDefault: true) { settings, _ in NetdevCollector(settings) },
        Entry(name: "nvme", isDefault: true) { settings, _ in NvmeCollector(settings) },
        Entry(name: "pcidevice", isDefault: false) { settings, _ in PcideviceCollector(settings) },
        Entry(name: "powersupplyclass", isDefault: true) { settings, _ in PowersupplyclassCollector(settings) },
        Entry(name: "rapl", isDefault: true) { settings, _ in RaplCollector(settings) },
        Entry(name: "stat", isDefault: true) { StatCollector($0, $1) },
        Entry(name: "tapestats", isDefault: true) { settings, _ in TapestatsCollector(settings) },
        Entry(name: "textfile", isDefault: true) { settings, _ in TextfileCollector(settings) },
        Entry(name: "thermal_zone", isDefault: true) { settings, _ in ThermalZoneCollector(settings) },
        Entry(name: "time", isDefault: true) { settings, _ in TimeCollector(settings) },
        Entry(name: "uname", isDefault: true) { _, _ in UnameCollector() },
        Entry(name: "watchdog", isDefault: true) { settings, _ in WatchdogCollector(settings) },
    ]

    /// Every name a setting may hold.
    package static var names: [String] { all.map(\.name) }

    /// Those of `names` that are no collector's, in their order.
    package static func unknownNames(in names: [String]) -> [String] {
        names.filter { name in !all.contains { $0.name == name } }
    }
}
