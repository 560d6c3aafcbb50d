internal import LinuxSystem
internal import MetricModel

/// `dmmultipath`: disks that are reached by several paths, from /sys/block/dm-*.
final class DmmultipathCollector: HostCollector {
    private let families = MultipathDevice.Families()
    private var devices: DeviceRows<MultipathDevice>

    init(_ settings: HostMetricsSettings) {
        devices = DeviceRows(settings.roots.sysfs + "/block", isRequired: true, lateSeries: \.lateSeries)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = devices.path
        try devices.update(&output) { (name, _) throws(CollectorError) in
            name.hasPrefix("dm-") ? MultipathDevice(families, name: name, blockRoot: path) : nil
        }
        try devices.forEach { device throws(CollectorError) in try device.give(&output) }
    }
}
