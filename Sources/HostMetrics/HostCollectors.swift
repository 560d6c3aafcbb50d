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
        Entry(name: "bcache", isDefault: true) { settings, _ in BcacheCollector(settings) },
        Entry(name: "bcachefs", isDefault: true) { settings, _ in BcachefsCollector(settings) },
        Entry(name: "btrfs", isDefault: true) { settings, _ in BtrfsCollector(settings) },
        Entry(name: "cpu", isDefault: true) { CPUCollector($0, $1) },
        Entry(name: "diskstats", isDefault: true) { settings, _ in DiskstatsCollector(settings) },
        Entry(name: "fibrechannel", isDefault: true) { settings, _ in FibreChannelCollector(settings) },
        Entry(name: "filesystem", isDefault: true) { settings, _ in FilesystemCollector(settings) },
        Entry(name: "infiniband", isDefault: true) { settings, _ in InfiniBandCollector(settings) },
        Entry(name: "ipvs", isDefault: true) { settings, _ in IPVSCollector(settings) },
        Entry(name: "loadavg", isDefault: true) { settings, _ in LoadavgCollector(settings) },
        Entry(name: "meminfo", isDefault: true) { settings, _ in MeminfoCollector(settings) },
        Entry(name: "mountstats", isDefault: false) { settings, _ in MountstatsCollector(settings) },
        Entry(name: "netdev", isDefault: true) { settings, _ in NetdevCollector(settings) },
        Entry(name: "nfs", isDefault: true) { settings, _ in NFSCollector(settings) },
        Entry(name: "nfsd", isDefault: true) { settings, _ in NFSServerCollector(settings) },
        Entry(name: "stat", isDefault: true) { StatCollector($0, $1) },
        Entry(name: "textfile", isDefault: true) { settings, _ in TextfileCollector(settings) },
        Entry(name: "thermal_zone", isDefault: true) { settings, _ in ThermalZoneCollector(settings) },
        Entry(name: "time", isDefault: true) { settings, _ in TimeCollector(settings) },
        Entry(name: "uname", isDefault: true) { _, _ in UnameCollector() },
        Entry(name: "xfs", isDefault: true) { settings, _ in XFSCollector(settings) },
        Entry(name: "zfs", isDefault: true) { settings, _ in ZFSCollector(settings) },
    ]

    /// Every name a setting may hold.
    package static var names: [String] { all.map(\.name) }

    /// Those of `names` that are no collector's, in their order.
    package static func unknownNames(in names: [String]) -> [String] {
        names.filter { name in !all.contains { $0.name == name } }
    }
}
