internal import LinuxSystem
internal import MetricModel

/// `vmstat`: counters of the memory management from /proc/vmstat.
final class VmstatCollector: HostCollector {
    private let pattern: NamePattern
    private let file: KeptFile
    private var names: [Range<Int>] = []
    private var values: [Double] = []
    private var fields = FieldRows()

    init(_ settings: HostMetricsSettings) {
        pattern = settings.vmstatFields
        file = KeptFile(settings.roots.procfs + "/vmstat", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try FieldLines.parse(bytes, into: &names, &values) } catch {
            throw CollectorError(error, file.path)
        }
        fields.begin()
        for (name, value) in zip(names, values) {
            fields.give(UnsafeRawBufferPointer(rebasing: bytes[name]), value, &output) { name in
                guard pattern.matches(name) else { return nil }
                let family = MetricFamily(
                    "node_vmstat_" + MetricName.part(name), .unknown, help: "Field \(name) of /proc/vmstat.")
                return (family, [])
            }
        }
        fields.end(&output)
    }
}
