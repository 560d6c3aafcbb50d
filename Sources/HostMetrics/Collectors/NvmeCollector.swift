internal import LinuxSystem
internal import MetricModel

/// `nvme`: controllers of /sys/class/nvme and their namespaces.
///
/// The sizes are node_exporter's: the kernel's count of 512-byte sectors times the logical block size.
final class NvmeCollector: HostCollector {
    private final class Controller {
        let info: InfoSeries
        var namespaces: DeviceRows<NVMeNamespace>

        init(info: InfoSeries, namespaces: DeviceRows<NVMeNamespace>) {
            self.info = info
            self.namespaces = namespaces
        }
    }

    private static let textFiles = ["firmware_rev", "model", "serial", "state", "cntlid"]
    private let info = MetricFamily(
        "node_nvme_info", .gauge, help: "What /sys/class/nvme says of the controller, as labels.",
        labels: ["device", "firmware_revision", "model", "serial", "state", "cntlid"])
    private let families = NVMeNamespace.Families()
    private var controllers: DeviceRows<Controller>

    init(_ settings: HostMetricsSettings) {
        controllers = DeviceRows(settings.roots.sysfs + "/class/nvme", isRequired: true) { controller in
            controller.namespaces.series.union(controller.info.series.map { [$0] } ?? [])
        }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = controllers.path
        try controllers.update(&output) { (name, _) throws(CollectorError) in
            let directory = "\(path)/\(name)"
            let texts = AttributeTexts(Self.textFiles.map { "\(directory)/\($0)" })
            return Controller(
                info: InfoSeries(info, texts) { [name] + $0.map { $0 ?? "" } },
                namespaces: DeviceRows(directory, lateSeries: \.lateSeries))
        }
        try controllers.forEach { controller throws(CollectorError) in
            controller.info.give(&output)
            let directory = controller.namespaces.path
            try controller.namespaces.update(&output) { (name, output) throws(CollectorError) in
                guard let number = Self.namespaceNumber(name) else { return nil }
                return NVMeNamespace(
                    families, device: Files.name(of: directory), number: number, "\(directory)/\(name)", &output)
            }
            try controller.namespaces.forEach { namespace throws(CollectorError) in try namespace.give(&output) }
        }
    }

    /// `1` of `nvme0n1`; nil for what is no namespace, as `ng0n1` or, of a drive with several paths, `nvme0c0n1`.
    static func namespaceNumber(_ name: String) -> String? {
        guard name.hasPrefix("nvme") else { return nil }
        let parts = name.dropFirst(4).split(separator: "n", omittingEmptySubsequences: false)
        let areNumbers = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        return parts.count == 2 && areNumbers ? String(parts[1]) : nil
    }
}
