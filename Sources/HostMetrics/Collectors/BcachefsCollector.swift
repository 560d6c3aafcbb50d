internal import LinuxSystem
internal import MetricModel

/// `bcachefs`: what mounted bcachefs filesystems say of themselves in /sys/fs/bcachefs.
final class BcachefsCollector: HostCollector {
    private let families = BcachefsFamilies()
    private var filesystems: DeviceRows<BcachefsFilesystem>

    init(_ settings: HostMetricsSettings) {
        filesystems = DeviceRows(settings.roots.sysfs + "/fs/bcachefs", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let (root, families) = (filesystems.path, families)
        try filesystems.update(&output, end: { filesystem, output in filesystem.removeAll(&output) }) { name, output in
            guard Files.isDirectory("\(root)/\(name)") else { return nil }
            return BcachefsFilesystem(families, name, in: root, &output)
        }
        try filesystems.forEach { filesystem throws(CollectorError) in try filesystem.give(&output) }
    }
}
