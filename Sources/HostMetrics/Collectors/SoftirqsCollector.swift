internal import LinuxSystem
internal import MetricModel

/// `softirqs`: soft interrupts by processor and kind, from /proc/softirqs.
final class SoftirqsCollector: HostCollector {
    private static let kinds: Set<String> = [
        "HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU",
    ]

    private let softInterrupts = MetricFamily(
        "node_softirqs_functions_total", .counter, help: "Soft interrupts since boot, by processor and kind.",
        labels: ["cpu", "type"])
    private let file: KeptFile
    private var table = ProcessorTable()
    private var processors: [Int] = []
    /// One series for each processor; empty for kinds that node_exporter does not know.
    private var rows = KeyedRows<[Series?]>()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/softirqs", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try table.parse(bytes) } catch { throw CollectorError(error, file.path) }
        if processors != table.processors {
            rows.forgetAll(&output) { $0 }
            processors = table.processors
        }
        rows.begin()
        for line in table.lines {
            let key = UnsafeRawBufferPointer(rebasing: bytes[line.name])
            let row = rows.find(key, run: output.run) ?? add(key, &output)
            for (index, series) in rows[row].enumerated() {
                output.append(series, Double(table.values[line.firstValue + index]))
            }
        }
        rows.forgetUnseen(&output) { $0 }
    }

    private func add(_ key: UnsafeRawBufferPointer, _ output: inout CollectorOutput) -> Int {
        let kind = String(decoding: key, as: UTF8.self)
        let isKnown = Self.kinds.contains(kind)
        let series = isKnown ? processors.map { output.series(softInterrupts, [String($0), kind]) } : []
        return rows.insert(key, series, run: output.run)
    }
}
