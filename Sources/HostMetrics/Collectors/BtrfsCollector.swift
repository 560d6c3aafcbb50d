internal import LinuxSystem
internal import MetricModel

/// `btrfs`: allocation, commits and devices of mounted Btrfs filesystems, from /sys/fs/btrfs.
final class BtrfsCollector: HostCollector {
    private let families = BtrfsFamilies()
    private var filesystems: DeviceRows<BtrfsFilesystem>

    init(_ settings: HostMetricsSettings) {
        filesystems = DeviceRows(settings.roots.sysfs + "/fs/btrfs")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let (root, families) = (filesystems.path, families)
        try filesystems.update(&output, end: { filesystem, output in filesystem.removeAll(&output) }) { name, output in
            // Beside the filesystems there are `features` and, on debug kernels, `debug`.
            name.contains("-") ? BtrfsFilesystem(families, name, in: root, &output) : nil
        }
        try filesystems.forEach { filesystem throws(CollectorError) in try filesystem.give(&output) }
    }
}
