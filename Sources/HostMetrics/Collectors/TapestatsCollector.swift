internal import LinuxSystem
internal import MetricModel

/// `tapestats`: counters of the tape drives of /sys/class/scsi_tape.
final class TapestatsCollector: HostCollector {
    private let kinds: [NumberFile.Kind] = [
        kind("in_flight", "io_now", "Requests that are under way.", .gauge),
        seconds("io_ns", "io_time_seconds_total", "Time that requests took, tape movements with them."),
        kind("other_cnt", "io_others_total", "Requests that neither read nor wrote."),
        kind("read_byte_cnt", "read_bytes_total", "Bytes read."),
        kind("read_cnt", "reads_completed_total", "Reads done."),
        seconds("read_ns", "read_time_seconds_total", "Time that reads took."),
        kind("resid_cnt", "residual_total", "Reads and writes that moved fewer bytes than were asked for."),
        kind("write_byte_cnt", "written_bytes_total", "Bytes written."),
        kind("write_cnt", "writes_completed_total", "Writes done."),
        seconds("write_ns", "write_time_seconds_total", "Time that writes took."),
    ]
    private let filter: NameFilter
    private var drives: DeviceRows<[NumberFile]>

    init(_ settings: HostMetricsSettings) {
        filter = settings.tapeDevices
        drives = DeviceRows(settings.roots.sysfs + "/class/scsi_tape", isRequired: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let path = drives.path
        try drives.update(&output) { (name, output) throws(CollectorError) in
            guard Self.isDrive(name), filter.admits(name) else { return nil }
            return [NumberFile](kinds, in: "\(path)/\(name)/stats", [name], &output)
        }
        try drives.forEach { files throws(CollectorError) in try files.give(&output) }
    }

    /// `st0`; each drive is there under other names for other modes too (`nst0`, `st0a`).
    static func isDrive(_ name: String) -> Bool {
        let number = name.utf8.dropFirst(2)
        return name.hasPrefix("st") && !number.isEmpty && number.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func kind(
        _ fileName: String, _ name: String, _ help: String, _ type: MetricType = .counter
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName, family: MetricFamily("node_tape_\(name)", type, help: help, labels: ["device"]))
    }

    private static func seconds(_ fileName: String, _ name: String, _ help: String) -> NumberFile.Kind {
        var kind = kind(fileName, name, help)
        kind.factor = 0.000000001
        return kind
    }
}
