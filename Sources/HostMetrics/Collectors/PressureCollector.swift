internal import LinuxSystem
internal import MetricModel

/// `pressure`: how long tasks had to wait for the processor, memory and I/O, from /proc/pressure.
///
/// Kernels before 4.20 do not measure it, and those started with `psi=0` answer EOPNOTSUPP; the collector then fails, as
/// node_exporter's does. `irq` came with 6.1.
final class PressureCollector: HostCollector {
    /// What one file says, in microseconds; nil for a line it does not have.
    struct Totals: Equatable {
        var some: UInt64?
        var full: UInt64?
    }

    private struct Resource {
        let file: KeptFile
        let some: MetricFamily?
        let full: MetricFamily?
        var someSeries: Series?
        var fullSeries: Series?
        var isDeclared = false
    }

    private var resources: [Resource]

    init(_ settings: HostMetricsSettings) {
        let root = settings.roots.procfs + "/pressure/"
        func resource(_ name: String, some: MetricFamily? = nil, full: MetricFamily? = nil) -> Resource {
            Resource(file: KeptFile(root + name, endsAtShortRead: true), some: some, full: full)
        }
        resources = [
            resource(
                "cpu", some: Self.family("cpu_waiting", "Time in which a task waited for a processor.")),
            resource(
                "io", some: Self.family("io_waiting", "Time in which a task waited for I/O."),
                full: Self.family("io_stalled", "Time in which no task could go on for waiting for I/O.")),
            resource(
                "memory", some: Self.family("memory_waiting", "Time in which a task waited for memory."),
                full: Self.family("memory_stalled", "Time in which no task could go on for want of memory.")),
            resource("irq", full: Self.family("irq_stalled", "Time in which interrupts kept tasks from going on.")),
        ]
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        var isFound = false
        for index in resources.indices {
            guard let totals = try output.readIfPresent(resources[index].file, Self.parse) else { continue }
            isFound = true
            give(index, totals, &output)
        }
        if !isFound { _ = try output.read(resources[0].file) }
    }

    /// `some avg10=0.00 avg60=0.00 avg300=0.00 total=14036781`, and the same with `full`; other lines are for others.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(DamagedText) -> Totals {
        var totals = Totals()
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if cursor.take("some ") {
                totals.some = try total(&cursor)
            } else if cursor.take("full ") {
                totals.full = try total(&cursor)
            }
            cursor.skipLine()
        }
        return totals
    }

    private static func total(_ cursor: inout ByteCursor) throws(DamagedText) -> UInt64 {
        while !cursor.isLineDone() {
            if cursor.take("total=") { return try cursor.unsigned() }
            cursor.skipColumn()
        }
        throw cursor.damage("a total")
    }

    private func give(_ index: Int, _ totals: Totals, _ output: inout CollectorOutput) {
        if !resources[index].isDeclared {
            resources[index].isDeclared = true
            resources[index].someSeries = resources[index].some.flatMap { output.series($0) }
            resources[index].fullSeries = resources[index].full.flatMap { output.series($0) }
        }
        let resource = resources[index]
        // Twice by a thousand, as node_exporter does it: the last bit depends on it.
        if let some = totals.some, resource.some != nil {
            output.append(resource.someSeries, Double(some) / 1000 / 1000)
        }
        if let full = totals.full, resource.full != nil {
            output.append(resource.fullSeries, Double(full) / 1000 / 1000)
        }
    }

    private static func family(_ name: String, _ help: String) -> MetricFamily {
        MetricFamily("node_pressure_\(name)_seconds_total", .counter, help: help, unit: "seconds")
    }
}
