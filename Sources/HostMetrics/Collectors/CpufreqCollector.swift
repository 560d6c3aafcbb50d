internal import LinuxSystem
internal import MetricModel

/// `cpufreq`: clock frequencies and governors of the processors from /sys/devices/system/cpu/cpu*/cpufreq.
final class CpufreqCollector: HostCollector {
    private final class Row {
        let number: String
        var numbers: [NumberFile] = []
        var governor: CPUGovernor?

        init(number: String) {
            self.number = number
        }

        func close() {
            numbers.close()
            governor?.close()
        }
    }

    /// Of how many processors the files stay open.
    private static let openProcessorLimit = 8
    private let kinds = [
        ("cpuinfo_cur_freq", "frequency_hertz", "The clock that the hardware tells."),
        ("cpuinfo_avg_freq", "frequency_avg_hertz", "The clock that the hardware tells, as an average."),
        ("cpuinfo_min_freq", "frequency_min_hertz", "The lowest clock of the hardware."),
        ("cpuinfo_max_freq", "frequency_max_hertz", "The highest clock of the hardware."),
        ("scaling_cur_freq", "scaling_frequency_hertz", "The clock that the kernel has set."),
        ("scaling_min_freq", "scaling_frequency_min_hertz", "The lowest clock that may be set."),
        ("scaling_max_freq", "scaling_frequency_max_hertz", "The highest clock that may be set."),
    ].map { file, name, help in
        NumberFile.Kind(
            fileName: file,
            family: MetricFamily("node_cpu_\(name)", .gauge, help: help, unit: "hertz", labels: ["cpu"]), factor: 1000)
    }
    private let governor = MetricFamily(
        "node_cpu_scaling_governor", .gauge, help: "1 for the governor that sets the clock, 0 for others it could be.",
        labels: ["cpu", "governor"])
    private let offlineFile: KeptFile
    private var offlineText: [UInt8] = []
    private var offline: Set<Int> = []
    private var processors: DeviceRows<Row>

    init(_ settings: HostMetricsSettings) {
        let path = settings.roots.sysfs + "/devices/system/cpu"
        offlineFile = KeptFile(path + "/offline", endsAtShortRead: true)
        processors = DeviceRows(path) { row in
            Set(row.numbers.compactMap(\.series)).union(row.governor?.series ?? [])
        }
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        try readOffline(output)
        let path = processors.path
        try processors.update(&output) { (name, _) throws(CollectorError) in
            CPUTopology.isProcessor(name) ? Row(number: String(name.dropFirst(3))) : nil
        }
        var count = 0
        try processors.forEach { row throws(CollectorError) in
            count += 1
            defer { if count > Self.openProcessorLimit { row.close() } }
            // A driver may come after the agent, and a processor that is taken out keeps its files.
            if row.numbers.isEmpty { look(at: row, in: path, &output) }
            if !offline.isEmpty, let number = Int(row.number), offline.contains(number) { return }
            try row.numbers.give(&output)
            try row.governor?.give(&output)
        }
    }

    private func look(at row: Row, in path: String, _ output: inout CollectorOutput) {
        let directory = "\(path)/cpu\(row.number)/cpufreq"
        guard Files.exists(directory) else { return }
        row.numbers = [NumberFile](kinds, in: directory, [row.number], &output)
        row.governor = CPUGovernor(governor, directory, processor: row.number)
    }

    private func readOffline(_ output: borrowing CollectorOutput) throws(CollectorError) {
        guard let bytes = try output.readIfPresent(offlineFile) else { return offline = [] }
        guard !bytes.isEqual(to: offlineText) else { return }
        do throws(DamagedText) { offline = Set(try CPUTopology.parseRanges(bytes)) } catch {
            throw CollectorError(error, offlineFile.path)
        }
        offlineText = Array(bytes)
    }
}
