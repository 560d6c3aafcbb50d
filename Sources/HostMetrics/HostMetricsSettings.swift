/// What the host collectors read and report; the names of the parts are node_exporter's flags.
package struct HostMetricsSettings: Sendable {
    package struct Bcache: Sendable {
        /// `collector.bcache.priorityStats`: how the cache's buckets are used, which costs the kernel a sort of them all.
        package var isPriorityStatisticsEnabled = false

        package init() {}
    }

    package struct Containers: Sendable {
        /// `containers.system_services`: the services, scopes and slices of systemd too, as cAdvisor gives them.
        package var isSystemServicesEnabled = false
        /// `containers.limit`: containers and units beyond these are left out, and that is said.
        package var limit = 256
        /// How many cgroups are looked at; a gateway has about a hundred.
        package var cgroupLimit = 4096

        package init() {}
    }

    package struct CPU: Sendable {
        /// `collector.cpu.guest`: time given to virtual machines.
        package var isGuestEnabled = true
        /// `collector.cpu.info`: one series a processor from /proc/cpuinfo.
        package var isInfoEnabled = false
        /// `collector.cpu.info.flags-include`; setting it enables the info.
        package var flagsInclude: NamePattern?
        /// `collector.cpu.info.bugs-include`; setting it enables the info.
        package var bugsInclude: NamePattern?

        package init() {}
    }

    package struct Ethtool: Sendable {
        /// `collector.ethtool.device-exclude` and `-include`.
        package var devices = NameFilter.all
        /// `collector.ethtool.metrics-include`: which statistics, by the driver's name with underscores for what a
        /// metric's name cannot have; nil for all.
        package var metricsInclude: NamePattern?

        package init() {}
    }

    package struct Filesystem: Sendable {
        /// `collector.filesystem.mount-points-exclude` and `-include`.
        package var mountPoints = NameFilter(exclude: .defaultMountPointExclusion)
        /// `collector.filesystem.fs-types-exclude` and `-include`.
        package var types = NameFilter(exclude: .defaultFilesystemTypeExclusion)
        /// `collector.filesystem.mount-timeout`: how long one mount may take to answer before it counts as stuck.
        /// The scrape waits that long once; until the mount answers it is reported as stuck without asking again.
        package var mountTimeoutMilliseconds = 2_000
        /// How many mounts may be stuck at once, each holding one sleeping thread; more are reported without asking.
        package var stuckMountLimit = 8

        package init() {}
    }

    package struct Flash: Sendable {
        /// `flash.endurance`: how many bytes may be written to a device in its whole life, as its data sheet has it, by its
        /// name (`mmcblk0`). Without it no life is projected.
        package var enduranceBytes: [String: UInt64] = [:]

        package init() {}
    }

    package struct HardwareMonitors: Sendable {
        /// `collector.hwmon.chip-exclude` and `-include`.
        package var chips = NameFilter.all
        /// `collector.hwmon.sensor-exclude` and `-include`: tests `chip;sensor`.
        package var sensors = NameFilter.all

        package init() {}
    }

    package struct Interrupts: Sendable {
        /// `collector.interrupts.name-exclude` and `-include`, of `type;info;devices`.
        package var names = NameFilter.all
        /// `collector.interrupts.include-zeros`: sources that never interrupted a processor too.
        package var includesZeros = true

        package init() {}
    }

    package struct IPVS: Sendable {
        /// A label of `node_ipvs_backend_*`.
        package enum BackendLabel: String, CaseIterable, Sendable {
            case localAddress = "local_address"
            case localPort = "local_port"
            case remoteAddress = "remote_address"
            case remotePort = "remote_port"
            case proto = "proto"
            case localMark = "local_mark"
        }

        /// `collector.ipvs.backend-labels`: backends that are one by these are added up.
        package var backendLabels: Set<BackendLabel> = Set(BackendLabel.allCases)

        package init() {}
    }

    package struct NetworkClass: Sendable {
        /// `collector.netclass.ignored-devices`, as an exclusion.
        package var devices = NameFilter.all
        /// `collector.netclass.ignore-invalid-speed`: no speed of devices that say they do not know theirs.
        package var isInvalidSpeedIgnored = false

        package init() {}
    }

    package struct NetworkDevices: Sendable {
        /// `collector.netdev.device-exclude` and `-include`.
        package var devices = NameFilter.all
        /// `collector.netdev.enable-detailed-metrics`: every kind of error on its own, under the kernel's names.
        package var isDetailed = false
        /// `collector.netdev.address-info`: one series for each address.
        package var isAddressInfoEnabled = false
        /// `collector.netdev.label-ifalias`: the interface's alias in a label.
        package var hasAliasLabel = false

        package init() {}
    }

    package struct PCIDevices: Sendable {
        /// `collector.pcidevice.names`: the names of vendors, devices and classes in labels.
        package var areNamesEnabled = false
        /// `collector.pcidevice.idsfile`: where the names are; nil for the places where distributions have them.
        package var namesFile: String?

        package init() {}
    }

    package struct Services: Sendable {
        /// `services.names`: units (`mosquitto.service`) and programs (`mosquitto`) whose processes are added up.
        package var names: [String] = []

        package init() {}
    }

    package struct Smart: Sendable {
        /// `smart.interval`: how long a disk is left alone after it was asked.
        package var intervalMilliseconds: Int64 = 600_000

        package init() {}
    }

    package struct Sysctl: Sendable {
        /// `collector.sysctl.include`: numbers, as `fs.file-nr`, or `fs.file-nr:total,current,max` to name them.
        package var include: [String] = []
        /// `collector.sysctl.include-info`: words, as `kernel.seccomp.actions_avail`.
        package var includeInfo: [String] = []

        package init() {}
    }

    package struct Systemd: Sendable {
        /// `collector.systemd.unit-include` and `-exclude`, of whole names: both have to admit a unit.
        package var units = NameFilter(exclude: .defaultUnitExclusion)
        /// `collector.systemd.enable-task-metrics`.
        package var isTasksEnabled = false
        /// `collector.systemd.enable-restarts-metrics`.
        package var isRestartsEnabled = false
        /// `collector.systemd.enable-start-time-metrics`.
        package var isStartTimeEnabled = false
        /// `collector.systemd.private`: systemd's own socket instead of the bus, which serves root only.
        package var isPrivate = false
        /// Where the bus listens; nil is what `DBUS_SYSTEM_BUS_ADDRESS` says, or the usual place.
        package var busAddress: String?

        package init() {}
    }

    package struct Textfile: Sendable {
        /// `collector.textfile.directory`: directories, or patterns of them, whose `*.prom` files are read.
        package var directories: [String] = []
        /// A longer file is refused.
        package var byteLimit = 4 << 20
        /// A file with more samples is refused, so that one cannot take all the series there may be.
        package var sampleLimit = 20_000
        /// Files beyond these are not read, and said.
        package var fileLimit = 1000

        package init() {}
    }

    package var roots: HostRoots
    /// How long a collector may take before it counts as stuck and the others go on without it.
    package var collectorTimeoutMilliseconds = 5_000
    /// The collectors to run, by name, in this order.
    package var enabledCollectors: [String]

    // By the name of the collector that reads it.

    /// `collector.arp.device-exclude` and `-include`.
    package var arpDevices = NameFilter.all
    package var bcache = Bcache()
    package var containers = Containers()
    package var cpu = CPU()
    /// `collector.diskstats.device-exclude` and `-include`.
    package var diskDevices = NameFilter(exclude: .defaultDiskExclusion)
    package var ethtool = Ethtool()
    package var filesystem = Filesystem()
    package var flash = Flash()
    package var hardwareMonitors = HardwareMonitors()
    package var interrupts = Interrupts()
    package var ipvs = IPVS()
    package var networkClass = NetworkClass()
    package var networkDevices = NetworkDevices()
    /// `collector.netstat.fields`: which counters, by the names `Tcp_InSegs`.
    package var netstatFields = NamePattern.defaultNetstatFields
    package var pciDevices = PCIDevices()
    /// `collector.powersupply.ignored-supplies`, as an exclusion.
    package var powerSupplies = NameFilter.all
    /// `collector.qdisc.device-exclude` and `-include`.
    package var queueingDevices = NameFilter.all
    /// `collector.rapl.enable-zone-label`: the zone's name in a label instead of in the metric's name.
    package var isRAPLZoneLabelEnabled = false
    package var services = Services()
    /// `collector.slabinfo.slabs-exclude` and `-include`.
    package var slabs = NameFilter.all
    package var smart = Smart()
    /// `collector.stat.softirq`: soft interrupts by kind.
    package var isSoftIRQEnabled = false
    package var sysctl = Sysctl()
    package var systemd = Systemd()
    /// `collector.tapestats.ignored-devices`, as an exclusion.
    package var tapeDevices = NameFilter.all
    package var textfile = Textfile()
    /// `collector.vmstat.fields`: which fields of /proc/vmstat.
    package var vmstatFields = NamePattern.defaultVmstatFields

    /// The default collectors, unless `hasDefaults` is false, with those in `enable` and without those in `disable`.
    /// Check the names with `HostCollectors.unknownNames(in:)` first; unknown ones are our bug here.
    package init(
        roots: HostRoots = HostRoots(), hasDefaults: Bool = true, enable: [String] = [], disable: [String] = []
    ) {
        self.roots = roots
        precondition(HostCollectors.unknownNames(in: enable + disable).isEmpty, "collector names are checked first")
        enabledCollectors = HostCollectors.all.filter { collector in
            (hasDefaults && collector.isDefault || enable.contains(collector.name)) && !disable.contains(collector.name)
        }.map(\.name)
    }
}
