internal import LinuxSystem
internal import MetricModel

/// `schedstat`: what the scheduler did on each processor, from /proc/schedstat.
///
/// Kernels without CONFIG_SCHEDSTATS have no such file; the collector then fails, as node_exporter's does.
final class SchedstatCollector: HostCollector {
    struct Processor: Equatable {
        var running: UInt64
        var waiting: UInt64
        var timeslices: UInt64
    }

    private let families = [
        MetricFamily(
            "node_schedstat_running_seconds_total", .counter, help: "Time in which tasks ran on the processor.",
            unit: "seconds", labels: ["cpu"]),
        MetricFamily(
            "node_schedstat_waiting_seconds_total", .counter, help: "Time in which tasks waited for the processor.",
            unit: "seconds", labels: ["cpu"]),
        MetricFamily(
            "node_schedstat_timeslices_total", .counter, help: "Timeslices run on the processor.", labels: ["cpu"]),
    ]
    private let file: KeptFile
    private var numbers: [Int] = []
    private var processors: [Processor] = []
    private var rows = NumberedRows()

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/schedstat", endsAtShortRead: false)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let bytes = try output.read(file)
        do throws(DamagedText) { try Self.parse(bytes, into: &numbers, &processors) } catch {
            throw CollectorError(error, file.path)
        }
        rows.update(numbers, families, &output)
        for (index, processor) in processors.enumerated() {
            let series = rows[index]
            output.append(series[0], Double(processor.running) / 1e9)
            output.append(series[1], Double(processor.waiting) / 1e9)
            output.append(series[2], Double(processor.timeslices))
        }
    }

    /// Lines of `cpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343796328169361
    /// 4767485306`, of which the last three count; the others are about scheduling domains.
    static func parse(
        _ bytes: UnsafeRawBufferPointer, into numbers: inout [Int], _ processors: inout [Processor]
    ) throws(DamagedText) {
        numbers.removeAll(keepingCapacity: true)
        processors.removeAll(keepingCapacity: true)
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.take("cpu") {
                numbers.append(try cursor.processor(after: numbers.last))
                for _ in 0..<6 { _ = try cursor.unsigned() }
                processors.append(
                    Processor(
                        running: try cursor.unsigned(), waiting: try cursor.unsigned(),
                        timeslices: try cursor.unsigned()))
            }
            cursor.skipLine()
        }
    }
}
