internal import LinuxSystem
internal import MetricModel

/// `vmstat`: counters of the memory management from /proc/vmstat.
final class VmstatCollector: HostCollector {
    private let pattern: NamePattern
    private let file: KeptFile
    private var fields = FieldText()

    init(_ settings: HostMetricsSettings) {
        pattern = settings.vmstatFields
        file = KeptFile(settings.roots.procfs + "/vmstat", ending: .roomForRecord(ofAtMost: 256))
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) {
            try fields.give(bytes, &output) { name in
                guard pattern.matches(name) else { return nil }
                let family = MetricFamily(
                    "node_vmstat_" + MetricName.part(name), .unknown, help: "Field \(name) of /proc/vmstat.")
                return (family, [])
            }
        } catch {
            throw CollectorError(error, file.path)
        }
    }
}
