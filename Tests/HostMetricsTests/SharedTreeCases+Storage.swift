import HostMetrics

extension SharedTreeCase {
    static let storage: [SharedTreeCase] = [
        SharedTreeCase(
            collector: "bcache", arguments: ["--collector.bcache.priorityStats"],
            settings: { $0.bcache.isPriorityStatisticsEnabled = true }, leastCount: 28),
        SharedTreeCase(
            collector: "btrfs",
            // What commits cost came with 1.9.
            leftOut: [
                "node_btrfs_commits_total", "node_btrfs_last_commit_seconds", "node_btrfs_max_commit_seconds",
                "node_btrfs_commit_seconds_total",
            ], leastCount: 34),
        SharedTreeCase(collector: "infiniband", leastCount: 51),
        SharedTreeCase(collector: "ipvs", leastCount: 35),
        SharedTreeCase(
            collector: "mountstats",
            // Where an export is mounted, and which of more connections it is, came after 1.5.
            leftOut: ["node_mountstats_nfs_mountpoint_info"], newLabels: ["transport"], leastCount: 146),
        SharedTreeCase(
            collector: "nfs",
            // Debian's has these two names the other way round; 1.12 has them as here.
            isLeftOut: { $0.contains("\"GetDeviceInfo\"") || $0.contains("\"LayoutGet\"") }, leastCount: 105),
        SharedTreeCase(collector: "xfs", leastCount: 39),
        SharedTreeCase(
            collector: "zfs",
            // The statistics of the dbuf cache, signed numbers and the state `suspended` came after 1.5, which also cuts a
            // dataset's name off at its first space.
            leftOut: ["node_zfs_arc_memory_available_bytes"],
            isLeftOut: { series in
                series.hasPrefix("node_zfs_dbuf_") || series.contains("\"suspended\"")
                    || series.contains("dataset=\"pool3/dataset")
            }, leastCount: 350),
    ]
}
