internal import LinuxSystem
internal import MetricModel

/// `hwmon`: temperatures, fans, voltages and more of the hardware monitors of /sys/class/hwmon.
final class HwmonCollector: HostCollector {
    /// How many of the sensors' files stay open.
    private static let openFileLimit = 64
    private let families = HardwareMonitorFamilies()
    private let filter: NameFilter
    private let sensorFilter: NameFilter
    private var monitors: DeviceRows<HardwareMonitor>
    private var lastChangeCount = 0

    init(_ settings: HostMetricsSettings) {
        filter = settings.hardwareMonitors.chips
        sensorFilter = settings.hardwareMonitors.sensors
        monitors = DeviceRows(settings.roots.sysfs + "/class/hwmon", isRequired: true, lateSeries: \.series)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = monitors.path
        try monitors.update(&output) { (name, _) throws(CollectorError) in
            Files.isDirectory("\(path)/\(name)") ? HardwareMonitor("\(path)/\(name)") : nil
        }
        // What a monitor is called depends on the others.
        if monitors.changeCount != lastChangeCount {
            try nameMonitors(&output)
            lastChangeCount = monitors.changeCount
        }
        var openCount = 0
        try monitors.forEach { monitor throws(CollectorError) in
            openCount += monitor.fileCount
            defer { if openCount > Self.openFileLimit { monitor.close() } }
            try monitor.give(&output)
        }
    }

    /// Several monitors of one device would have the same name; theirs is followed by the name of the chip, or of the
    /// directory where that does not tell them apart either.
    private func nameMonitors(_ output: inout CollectorOutput) throws(CollectorError) {
        var counts: [String: Int] = [:]
        try monitors.forEach { monitor throws(CollectorError) in
            counts[monitor.baseName, default: 0] += 1
            counts["\(monitor.baseName)\u{0}\(monitor.chipText)", default: 0] += 1
        }
        try monitors.forEach { monitor throws(CollectorError) in
            var name = monitor.baseName
            if counts[name] ?? 0 > 1 {
                let chip = HardwareMonitorName.clean(monitor.chipText)
                let isAlone = counts["\(name)\u{0}\(monitor.chipText)"] == 1
                name += "_" + (isAlone && !chip.isEmpty ? chip : HardwareMonitorName.clean(monitor.directoryName))
            }
            monitor.rename(filter.admits(name) ? name : nil, families, sensorFilter, &output)
        }
    }
}
