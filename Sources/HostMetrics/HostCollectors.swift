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
        Entry(name: "boot_reason", isDefault: true) { settings, _ in BootReasonCollector(settings) },
        Entry(name: "can", isDefault: true) { settings, _ in CANCollector(settings) },
        Entry(name: "containers", isDefault: true) { ContainersCollector($0, $1) },
        Entry(name: "cpu", isDefault: true) { CPUCollector($0, $1) },
        Entry(name: "diskstats", isDefault: true) { settings, _ in DiskstatsCollector(settings) },
        Entry(name: "filesystem", isDefault: true) { settings, _ in FilesystemCollector(settings) },
        Entry(name: "flash", isDefault: true) { settings, _ in FlashCollector(settings) },
        Entry(name: "iio", isDefault: true) { settings, _ in IIOCollector(settings) },
        Entry(name: "loadavg", isDefault: true) { settings, _ in LoadavgCollector(settings) },
        Entry(name: "meminfo", isDefault: true) { settings, _ in MeminfoCollector(settings) },
        Entry(name: "netdev", isDefault: true) { settings, _ in NetdevCollector(settings) },
        Entry(name: "raspberrypi", isDefault: true) { settings, _ in RaspberryPiCollector(settings) },
        Entry(name: "rtc", isDefault: true) { settings, _ in RTCCollector(settings) },
        Entry(name: "services", isDefault: true) { settings, _ in ServicesCollector(settings) },
        Entry(name: "smart", isDefault: false) { settings, _ in SmartCollector(settings) },
        Entry(name: "stat", isDefault: true) { StatCollector($0, $1) },
        Entry(name: "textfile", isDefault: true) { settings, _ in TextfileCollector(settings) },
        Entry(name: "thermal_zone", isDefault: true) { settings, _ in ThermalZoneCollector(settings) },
        Entry(name: "time", isDefault: true) { settings, _ in TimeCollector(settings) },
        Entry(name: "uname", isDefault: true) { _, _ in UnameCollector() },
        Entry(name: "w1", isDefault: false) { settings, _ in W1Collector(settings) },
    ]

    /// Every name a setting may hold.
    package static var names: [String] { all.map(\.name) }

    /// Those of `names` that are no collector's, in their order.
    package static func unknownNames(in names: [String]) -> [String] {
        names.filter { name in !all.contains { $0.name == name } }
    }
}
