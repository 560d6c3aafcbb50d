internal import LinuxSystem
internal import MetricModel

/// `kernel_hung`: tasks that were found to hang, from /proc/sys/kernel/hung_task_detect_count.
///
/// Kernels before 6.13, or without CONFIG_DETECT_HUNG_TASK, do not count them; the collector then fails, as
/// node_exporter's does.
final class KernelHungCollector: HostCollector {
    private let tasks = MetricFamily(
        "node_kernel_hung_tasks_total", .counter,
        help: "Tasks that did not run for as long as kernel.hung_task_timeout_secs says, since boot.")
    private let file: KeptFile
    private var series: [Series?] = []

    init(_ settings: HostMetricsSettings) {
        file = KeptFile(settings.roots.procfs + "/sys/kernel/hung_task_detect_count", endsAtShortRead: true)
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        let count = try output.readNumber(file)
        if series.isEmpty { series = [output.series(tasks)] }
        output.append(series[0], Double(count))
    }
}
