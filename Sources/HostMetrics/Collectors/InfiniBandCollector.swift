internal import LinuxSystem
internal import MetricModel

/// `infiniband`: adapters of /sys/class/infiniband, RoCE and iWARP ones too, and their ports.
final class InfiniBandCollector: HostCollector {
    private final class Adapter {
        var info: InfoFiles
        let ports: [NumberFile]

        init(_ info: InfoFiles, _ ports: [NumberFile]) {
            self.info = info
            self.ports = ports
        }
    }

    private static let information = MetricFamily(
        "node_infiniband_info", .gauge, help: "1 for each adapter: its board, firmware and type.",
        labels: ["device", "board_id", "firmware_version", "hca_type"])
    private static let parts: [InfoFiles.Part] = [
        .init(fileName: "board_id"), .init(fileName: "fw_ver"), .init(fileName: "hca_type"),
    ]

    private var adapters: DeviceRows<Adapter>

    init(_ settings: HostMetricsSettings) {
        adapters = DeviceRows(settings.roots.sysfs + "/class/infiniband", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let root = adapters.path
        try adapters.update(&output, end: { adapter, output in adapter.info.forget(&output) }) {
            (name, output) throws(CollectorError) in
            let path = "\(root)/\(name)"
            // An adapter has the same ports as long as it is there.
            let ports: [String]
            do throws(SystemError) { ports = try Files.list(path + "/ports") } catch {
                if !error.isNotFound { throw .system(error) }
                ports = []
            }
            return Adapter(
                InfoFiles(Self.information, [name], Self.parts, in: path),
                ports.flatMap { port in
                    [NumberFile](InfiniBandFamilies.port, in: "\(path)/ports/\(port)", [name, port], &output)
                })
        }
        try adapters.forEach { adapter throws(CollectorError) in
            adapter.info.give(&output)
            try adapter.ports.give(&output)
        }
    }
}
