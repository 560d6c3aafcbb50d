internal import LinuxSystem
internal import MetricModel

/// `edac`: memory errors that the memory controllers found, from /sys/devices/system/edac/mc.
final class EdacCollector: HostCollector {
    private let families = EDACFamilies()
    private var controllers: DeviceRows<EDACController>

    init(_ settings: HostMetricsSettings) {
        controllers = DeviceRows(settings.roots.sysfs + "/devices/system/edac/mc", lateSeries: \.series)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = controllers.path
        try controllers.update(&output) { (name, _) throws(CollectorError) in
            guard let number = Self.number(name, after: "mc") else { return nil }
            return EDACController(families, number: number, "\(path)/\(name)")
        }
        try controllers.forEach { controller throws(CollectorError) in try controller.give(&output) }
    }

    /// The digits of a name like `mc0` or `csrow12`.
    static func number(_ name: String, after prefix: String) -> String? {
        guard name.hasPrefix(prefix) else { return nil }
        let digits = name.utf8.dropFirst(prefix.utf8.count).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : String(digits)
    }
}
