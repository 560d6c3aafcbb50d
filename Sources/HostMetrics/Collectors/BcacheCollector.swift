internal import LinuxSystem
internal import MetricModel

/// `bcache`: cache sets of /sys/fs/bcache with their backing devices and caches.
final class BcacheCollector: HostCollector {
    private let isPriorityEnabled: Bool
    private var sets: DeviceRows<BcacheSet>

    init(_ settings: HostMetricsSettings) {
        isPriorityEnabled = settings.bcache.isPriorityStatisticsEnabled
        sets = DeviceRows(settings.roots.sysfs + "/fs/bcache")
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let (root, isPriorityEnabled) = (sets.path, isPriorityEnabled)
        try sets.update(&output, end: { set, output in set.removeAll(&output) }) { name, output in
            // Beside the sets there are `register` and its like.
            name.contains("-")
                ? BcacheSet(name, in: root, isPriorityEnabled: isPriorityEnabled, &output) : nil
        }
        try sets.forEach { set throws(CollectorError) in try set.give(&output) }
    }
}
