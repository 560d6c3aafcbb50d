internal import MetricModel

/// `cpu`: time by mode of each processor from /proc/stat, throttling, isolation and hotplug state from /sys.
final class CPUCollector: HostCollector {
    private struct Row {
        let number: Int
        /// The highest ticks seen: iowait and, on hotplug, others step back in the kernel, and a counter must not.
        var ticks: [10 of UInt64]
        /// One for each column of /proc/stat; those of guests are another family's.
        let series: [Series?]
    }

    private static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "user", "nice"]
    private static let idle = 3
    /// Columns from here on are time given to guests.
    private static let firstGuest = 8
    /// A step back of idle by this much is a processor that was taken out and put in again: it starts afresh.
    private static let hotplugTicks: UInt64 = 300

    private let seconds = MetricFamily(
        "node_cpu_seconds_total", .counter, help: "Seconds the processor spent in each mode.", unit: "seconds",
        labels: ["cpu", "mode"])
    private let guestSeconds = MetricFamily(
        "node_cpu_guest_seconds_total", .counter,
        help: "Seconds the processor ran virtual machines, which are also in their user and nice time.",
        unit: "seconds", labels: ["cpu", "mode"])
    private let source: KernelStatisticsSource
    private let tickCount: Int
    private let topology: CPUTopology
    private let info: CPUInformation?
    private var rows: [Row] = []

    init(_ settings: HostMetricsSettings, _ shared: SharedSources) {
        source = shared.statistics
        tickCount = settings.cpu.isGuestEnabled ? 10 : CPUCollector.firstGuest
        topology = CPUTopology(sysfs: settings.roots.sysfs)
        let isInfoEnabled =
            settings.cpu.isInfoEnabled || settings.cpu.flagsInclude != nil || settings.cpu.bugsInclude != nil
        info = isInfoEnabled ? CPUInformation(settings) : nil
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let processors = try source.current(output).processors
        if !rows.elementsEqual(processors, by: { $0.number == $1.number }) {
            replaceRows(processors, &output)
            topology.rescan()
        }
        for index in processors.indices { give(index, processors[index], &output) }
        try topology.collect(into: &output)
        try info?.collect(into: &output)
    }

    private func give(
        _ index: Int, _ processor: KernelStatistics.Processor, _ output: inout CollectorOutput
    ) {
        let idle = CPUCollector.idle
        let known = rows[index].ticks[idle]
        if known >= processor.ticks[idle], known - processor.ticks[idle] >= CPUCollector.hotplugTicks {
            rows[index].ticks = processor.ticks
        }
        for column in 0..<min(tickCount, processor.tickCount) {
            let ticks = max(rows[index].ticks[column], processor.ticks[column])
            rows[index].ticks[column] = ticks
            output.append(rows[index].series[column], Double(ticks) / KernelStatistics.ticksPerSecond)
        }
    }

    /// Follows processors that came or went; those that stayed keep their series and highest ticks.
    private func replaceRows(_ processors: [KernelStatistics.Processor], _ output: inout CollectorOutput) {
        var ended: Set<Series> = []
        for row in rows where !processors.contains(where: { $0.number == row.number }) {
            ended.formUnion(row.series.compactMap { $0 })
        }
        output.forget(ended)
        rows = processors.map { processor in
            if let known = rows.first(where: { $0.number == processor.number }) { return known }
            let series = (0..<tickCount).map { column in
                output.series(
                    column < CPUCollector.firstGuest ? seconds : guestSeconds,
                    [String(processor.number), CPUCollector.modes[column]])
            }
            return Row(number: processor.number, ticks: processor.ticks, series: series)
        }
    }
}
