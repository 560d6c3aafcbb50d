internal import MetricModel

/// `stat`: interrupts, context switches, forks, boot time and processes of /proc/stat.
final class StatCollector: HostCollector {
    private static let softInterruptNames = [
        "hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu",
    ]

    private let interrupts = MetricFamily("node_intr_total", .counter, help: "Interrupts serviced since boot.")
    private let contextSwitches = MetricFamily(
        "node_context_switches_total", .counter, help: "Context switches since boot.")
    private let forks = MetricFamily("node_forks_total", .counter, help: "Processes and threads started since boot.")
    private let bootTime = MetricFamily(
        "node_boot_time_seconds", .gauge, help: "When the kernel started, in seconds since 1970.", unit: "seconds")
    private let running = MetricFamily("node_procs_running", .gauge, help: "Processes that run or could run.")
    private let blocked = MetricFamily("node_procs_blocked", .gauge, help: "Processes that wait for I/O.")
    private let softInterrupts = MetricFamily(
        "node_softirqs_total", .counter, help: "Soft interrupts since boot, by kind.", labels: ["vector"])
    private let source: KernelStatisticsSource
    private let isSoftIRQEnabled: Bool
    private var series: [Series?] = []
    private var softInterruptSeries: [Series?] = []

    init(_ settings: HostMetricsSettings, _ shared: SharedSources) {
        source = shared.statistics
        isSoftIRQEnabled = settings.isSoftIRQEnabled
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let statistics = try source.current(output)
        if series.isEmpty {
            series = [interrupts, contextSwitches, forks, bootTime, running, blocked].map { output.series($0) }
        }
        append(series[0], statistics.interrupts, &output)
        append(series[1], statistics.contextSwitches, &output)
        append(series[2], statistics.forks, &output)
        append(series[3], statistics.bootUnixSeconds, &output)
        append(series[4], statistics.runningProcesses, &output)
        append(series[5], statistics.blockedProcesses, &output)
        if isSoftIRQEnabled { appendSoftInterrupts(statistics, &output) }
    }

    private func append(_ series: Series?, _ value: UInt64?, _ output: inout CollectorOutput) {
        if let value { output.append(series, Double(value)) }
    }

    private func appendSoftInterrupts(_ statistics: KernelStatistics, _ output: inout CollectorOutput) {
        if softInterruptSeries.isEmpty {
            softInterruptSeries = StatCollector.softInterruptNames.map { output.series(softInterrupts, [$0]) }
        }
        for (series, value) in zip(softInterruptSeries, statistics.softInterrupts) {
            output.append(series, Double(value))
        }
    }
}
