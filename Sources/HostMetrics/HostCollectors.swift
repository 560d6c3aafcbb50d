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
        Entry(name: "arp", isDefault: true) { settings, _ in ARPCollector(settings) },
        Entry(name: "bcache", isDefault: true) { settings, _ in BcacheCollector(settings) },
        Entry(name: "bcachefs", isDefault: true) { settings, _ in BcachefsCollector(settings) },
        Entry(name: "bonding", isDefault: true) { settings, _ in BondingCollector(settings) },
        Entry(name: "boot_reason", isDefault: true) { settings, _ in BootReasonCollector(settings) },
        Entry(name: "btrfs", isDefault: true) { settings, _ in BtrfsCollector(settings) },
        Entry(name: "buddyinfo", isDefault: false) { settings, _ in BuddyinfoCollector(settings) },
        Entry(name: "can", isDefault: true) { settings, _ in CANCollector(settings) },
        Entry(name: "cgroups", isDefault: false) { settings, _ in CgroupsCollector(settings) },
        Entry(name: "conntrack", isDefault: true) { settings, _ in ConntrackCollector(settings) },
        Entry(name: "containers", isDefault: true) { ContainersCollector($0, $1) },
        Entry(name: "cpu", isDefault: true) { CPUCollector($0, $1) },
        Entry(name: "cpu_vulnerabilities", isDefault: false) { settings, _ in CpuVulnerabilitiesCollector(settings) },
        Entry(name: "cpufreq", isDefault: true) { settings, _ in CpufreqCollector(settings) },
        Entry(name: "diskstats", isDefault: true) { settings, _ in DiskstatsCollector(settings) },
        Entry(name: "dmi", isDefault: true) { settings, _ in DmiCollector(settings) },
        Entry(name: "dmmultipath", isDefault: true) { settings, _ in DmmultipathCollector(settings) },
        Entry(name: "drbd", isDefault: false) { settings, _ in DrbdCollector(settings) },
        Entry(name: "edac", isDefault: true) { settings, _ in EdacCollector(settings) },
        Entry(name: "entropy", isDefault: true) { settings, _ in EntropyCollector(settings) },
        Entry(name: "ethtool", isDefault: false) { settings, _ in EthtoolCollector(settings) },
        Entry(name: "fibrechannel", isDefault: true) { settings, _ in FibreChannelCollector(settings) },
        Entry(name: "filefd", isDefault: true) { settings, _ in FilefdCollector(settings) },
        Entry(name: "filesystem", isDefault: true) { settings, _ in FilesystemCollector(settings) },
        Entry(name: "flash", isDefault: true) { settings, _ in FlashCollector(settings) },
        Entry(name: "hwmon", isDefault: true) { settings, _ in HwmonCollector(settings) },
        Entry(name: "iio", isDefault: true) { settings, _ in IIOCollector(settings) },
        Entry(name: "infiniband", isDefault: true) { settings, _ in InfiniBandCollector(settings) },
        Entry(name: "interrupts", isDefault: false) { settings, _ in InterruptsCollector(settings) },
        Entry(name: "ipvs", isDefault: true) { settings, _ in IPVSCollector(settings) },
        Entry(name: "kernel_hung", isDefault: true) { settings, _ in KernelHungCollector(settings) },
        Entry(name: "ksmd", isDefault: false) { settings, _ in KsmdCollector(settings) },
        Entry(name: "lnstat", isDefault: false) { settings, _ in LnstatCollector(settings) },
        Entry(name: "loadavg", isDefault: true) { settings, _ in LoadavgCollector(settings) },
        Entry(name: "mdadm", isDefault: true) { settings, _ in MdadmCollector(settings) },
        Entry(name: "meminfo", isDefault: true) { settings, _ in MeminfoCollector(settings) },
        Entry(name: "meminfo_numa", isDefault: false) { settings, _ in MeminfoNumaCollector(settings) },
        Entry(name: "mountstats", isDefault: false) { settings, _ in MountstatsCollector(settings) },
        Entry(name: "netclass", isDefault: true) { settings, _ in NetclassCollector(settings) },
        Entry(name: "netdev", isDefault: true) { settings, _ in NetdevCollector(settings) },
        Entry(name: "netstat", isDefault: true) { settings, _ in NetstatCollector(settings) },
        Entry(name: "network_route", isDefault: false) { settings, _ in NetworkRouteCollector(settings) },
        Entry(name: "nfs", isDefault: true) { settings, _ in NFSCollector(settings) },
        Entry(name: "nfsd", isDefault: true) { settings, _ in NFSServerCollector(settings) },
        Entry(name: "nvme", isDefault: true) { settings, _ in NvmeCollector(settings) },
        Entry(name: "os", isDefault: true) { settings, _ in OSCollector(settings) },
        Entry(name: "pcidevice", isDefault: false) { settings, _ in PcideviceCollector(settings) },
        Entry(name: "powersupplyclass", isDefault: true) { settings, _ in PowersupplyclassCollector(settings) },
        Entry(name: "pressure", isDefault: true) { settings, _ in PressureCollector(settings) },
        Entry(name: "processes", isDefault: false) { settings, _ in ProcessesCollector(settings) },
        Entry(name: "qdisc", isDefault: false) { settings, _ in QdiscCollector(settings) },
        Entry(name: "rapl", isDefault: true) { settings, _ in RaplCollector(settings) },
        Entry(name: "raspberrypi", isDefault: true) { settings, _ in RaspberryPiCollector(settings) },
        Entry(name: "rtc", isDefault: true) { settings, _ in RTCCollector(settings) },
        Entry(name: "schedstat", isDefault: true) { settings, _ in SchedstatCollector(settings) },
        Entry(name: "selinux", isDefault: true) { settings, _ in SELinuxCollector(settings) },
        Entry(name: "services", isDefault: true) { settings, _ in ServicesCollector(settings) },
        Entry(name: "slabinfo", isDefault: false) { settings, _ in SlabinfoCollector(settings) },
        Entry(name: "smart", isDefault: false) { settings, _ in SmartCollector(settings) },
        Entry(name: "sockstat", isDefault: true) { settings, _ in SockstatCollector(settings) },
        Entry(name: "softirqs", isDefault: false) { settings, _ in SoftirqsCollector(settings) },
        Entry(name: "softnet", isDefault: true) { settings, _ in SoftnetCollector(settings) },
        Entry(name: "stat", isDefault: true) { StatCollector($0, $1) },
        Entry(name: "swap", isDefault: false) { settings, _ in SwapCollector(settings) },
        Entry(name: "sysctl", isDefault: false) { settings, _ in SysctlCollector(settings) },
        Entry(name: "systemd", isDefault: false) { settings, _ in SystemdCollector(settings) },
        Entry(name: "tapestats", isDefault: true) { settings, _ in TapestatsCollector(settings) },
        Entry(name: "tcpstat", isDefault: false) { settings, _ in TCPStatCollector(settings) },
        Entry(name: "textfile", isDefault: true) { settings, _ in TextfileCollector(settings) },
        Entry(name: "thermal_zone", isDefault: true) { settings, _ in ThermalZoneCollector(settings) },
        Entry(name: "time", isDefault: true) { settings, _ in TimeCollector(settings) },
        Entry(name: "timex", isDefault: true) { _, _ in TimexCollector() },
        Entry(name: "udp_queues", isDefault: true) { settings, _ in UDPQueuesCollector(settings) },
        Entry(name: "uname", isDefault: true) { _, _ in UnameCollector() },
        Entry(name: "vmstat", isDefault: true) { settings, _ in VmstatCollector(settings) },
        Entry(name: "w1", isDefault: false) { settings, _ in W1Collector(settings) },
        Entry(name: "watchdog", isDefault: true) { settings, _ in WatchdogCollector(settings) },
        Entry(name: "wifi", isDefault: false) { settings, _ in WifiCollector(settings) },
        Entry(name: "xfrm", isDefault: false) { settings, _ in XfrmCollector(settings) },
        Entry(name: "xfs", isDefault: true) { settings, _ in XFSCollector(settings) },
        Entry(name: "zfs", isDefault: true) { settings, _ in ZFSCollector(settings) },
        Entry(name: "zoneinfo", isDefault: false) { settings, _ in ZoneinfoCollector(settings) },
    ]

    /// Those whose files every Linux has: where they are missing, it is the root that is wrong.
    package static let onEveryHost: Set<String> = [
        "cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "stat",
    ]

    /// Every name a setting may hold.
    package static var names: [String] { all.map(\.name) }

    /// Those of `names` that are no collector's, in their order.
    package static func unknownNames(in names: [String]) -> [String] {
        names.filter { name in !all.contains { $0.name == name } }
    }
}
