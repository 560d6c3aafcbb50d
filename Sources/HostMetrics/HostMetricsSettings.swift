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

    package struct Textfile: Sendable {
        /// `collector.textfile.directory`: directories, or patterns of them, whose `*.prom` files are read.
        package var directories: [String] = []
        /// A longer file is refused.
        package var byteLimit = 4 << 20
        /// Files beyond these are not read.
        package var fileLimit = 1000

        package init() {}
    }

    package struct HardwareMonitors: Sendable {
        /// `collector.hwmon.chip-exclude` and `-include`.
        package var chips = NameFilter.all
        /// `collector.hwmon.sensor-exclude` and `-include`: tests `chip;sensor`.
        package var sensors = NameFilter.all

        package init() {}
    }

    package struct NetworkClass: Sendable {
        /// `collector.netclass.ignored-devices`, as an exclusion.
        package var devices = NameFilter.all
        /// `collector.netclass.ignore-invalid-speed`: no speed of devices that say they do not know theirs.
        package var isInvalidSpeedIgnored = false

        package init() {}
    }

    package var roots: HostRoots
    /// How long a collector may take before it counts as stuck and the others go on without it.
    package var collectorTimeoutMilliseconds = 5_000
    /// The collectors to run, by name, in this order.
    package var enabledCollectors: [String]
    package var cpu = CPU()
    /// `collector.diskstats.device-exclude` and `-include`.
    package var diskDevices = NameFilter(exclude: .defaultDiskExclusion)
    package var filesystem = Filesystem()
    package var hardwareMonitors = HardwareMonitors()
    package var networkClass = NetworkClass()
    /// `collector.netdev.device-exclude` and `-include`.
    package var networkDevices = NameFilter.all
    package var textfile = Textfile()
    /// `collector.powersupply.ignored-supplies`, as an exclusion.
    package var powerSupplies = NameFilter.all
    /// `collector.rapl.enable-zone-label`: the zone's name in a label instead of in the metric's name.
    package var isRAPLZoneLabelEnabled = false
    /// `collector.stat.softirq`: soft interrupts by kind.
    package var isSoftIRQEnabled = false

    /// `collector.tapestats.ignored-devices`, as an exclusion.
    package var tapeDevices = NameFilter.all

    /// The default collectors with those in `enable` and without those in `disable`.
    /// Check the names with `HostCollectors.unknownNames(in:)` first; unknown ones are our bug here.
    package init(roots: HostRoots = HostRoots(), enable: [String] = [], disable: [String] = []) {
        self.roots = roots
        precondition(HostCollectors.unknownNames(in: enable + disable).isEmpty, "collector names are checked first")
        enabledCollectors = HostCollectors.all.filter { collector in
            (collector.isDefault || enable.contains(collector.name)) && !disable.contains(collector.name)
        }.map(\.name)
    }
}
