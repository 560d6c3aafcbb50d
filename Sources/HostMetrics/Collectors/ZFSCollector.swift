internal import LinuxSystem
internal import MetricModel

/// `zfs`: the counters that ZFS keeps in /proc/spl/kstat/zfs, of the module and of each pool.
final class ZFSCollector: HostCollector {
    private static let modules = [
        ("abd", "abdstats"), ("arc", "arcstats"), ("dbuf", "dbufstats"), ("dmu_tx", "dmu_tx"), ("dnode", "dnodestats"),
        ("fm", "fm"), ("vdev_cache", "vdev_cache_stats"), ("vdev_mirror", "vdev_mirror_stats"), ("xuio", "xuio_stats"),
        ("zfetch", "zfetchstats"), ("zil", "zil"),
    ]

    private let modules: [ZFSKstat]
    private let families = ZFSPool.Families()
    private var pools: DeviceRows<ZFSPool>

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/spl/kstat/zfs"
        modules = Self.modules.map { name, file in
            ZFSKstat("\(root)/\(file)", place: "ZFS's \(file)", FamilyTable("node_zfs_\(name)_", .unknown))
        }
        pools = DeviceRows(root, isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let (path, families) = (pools.path, families)
        try pools.update(&output, end: { pool, output in pool.removeAll(&output) }) { name, _ in
            // Beside the pools there are the module's files.
            Files.isDirectory("\(path)/\(name)") ? ZFSPool(name, families, in: path) : nil
        }
        var failure: CollectorError?
        for module in modules {
            do throws(CollectorError) { try module.give(&output) } catch { failure = failure ?? error }
        }
        do throws(CollectorError) {
            try pools.forEach { pool throws(CollectorError) in try pool.give(&output) }
        } catch { failure = failure ?? error }
        if let failure { throw failure }
    }
}
