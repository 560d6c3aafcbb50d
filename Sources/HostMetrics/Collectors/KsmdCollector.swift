internal import LinuxSystem
internal import MetricModel

/// `ksmd`: memory that programs share because its pages are equal, from /sys/kernel/mm/ksm.
final class KsmdCollector: HostCollector {
    private let kinds = [
        kind("full_scans", "full_scans_total", "How often all memory that may be shared was looked through.", .counter),
        kind("general_profit", "general_profit_bytes", "Memory saved, less what the saving itself needs."),
        kind("merge_across_nodes", "merge_across_nodes", "1 when pages of different NUMA nodes may be shared."),
        kind("pages_shared", "pages_shared", "Pages that are shared."),
        kind("pages_sharing", "pages_sharing", "How many pages more there would be without it."),
        kind("pages_to_scan", "pages_to_scan", "Pages that are looked at before it sleeps."),
        kind("pages_unshared", "pages_unshared", "Pages that have no equal though they are looked at again and again."),
        kind("pages_volatile", "pages_volatile", "Pages that change too fast."),
        kind("run", "run", "1 while it runs, 0 when it is stopped, 2 when it is stopped and all was undone."),
        kind("sleep_millisecs", "sleep_seconds", "How long it sleeps between two looks.", divisor: 1000),
    ]
    private let path: String
    private var files: [NumberFile] = []

    init(_ settings: HostMetricsSettings) {
        path = settings.roots.sysfs + "/kernel/mm/ksm"
    }

    func collect(into output: inout CollectorOutput) throws(CollectorError) {
        if files.isEmpty { files = [NumberFile](kinds, in: path, [], &output) }
        try files.give(&output)
    }

    private static func kind(
        _ fileName: String, _ name: String, _ help: String, _ type: MetricType = .gauge, divisor: Double = 1
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName, family: MetricFamily("node_ksmd_\(name)", type, help: help), divisor: divisor)
    }
}
