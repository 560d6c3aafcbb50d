/// What the host collectors read and report; the names of the parts are node_exporter's flags.
package struct HostMetricsSettings: Sendable {
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

    package struct Bcache: Sendable {
        /// `collector.bcache.priorityStats`: how the cache's buckets are used, which costs the kernel a sort of them all.
        package var isPriorityStatisticsEnabled = false

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

    package struct Textfile: Sendable {
        /// `collector.textfile.directory`: directories, or patterns of them, whose `*.prom` files are read.
        package var directories: [String] = []
        /// A longer file is refused.
        package var byteLimit = 4 << 20
        /// Files beyond these are not read.
        package var fileLimit = 1000

        package init() {}
    }

    package var roots: HostRoots
    /// How long a collector may take before it counts as stuck and the others go on without it.
    package var collectorTimeoutMilliseconds = 5_000
    /// The collectors to run, by name, in this order.
    package var enabledCollectors: [String]
    package var bcache = Bcache()
    package var cpu = CPU()
    /// `collector.diskstats.device-exclude` and `-include`.
    package var diskDevices = NameFilter(exclude: .defaultDiskExclusion)
    package var filesystem = Filesystem()
    package var ipvs = IPVS()
    /// `collector.netdev.device-exclude` and `-include`.
    package var networkDevices = NameFilter.all
    package var textfile = Textfile()
    /// `collector.stat.softirq`: soft interrupts by kind.
    package var isSoftIRQEnabled = false

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
