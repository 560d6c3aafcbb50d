internal import MetricModel

/// The metrics of a Btrfs filesystem.
struct BtrfsFamilies: Sendable {
    let information = MetricFamily(
        "node_btrfs_info", .gauge, help: "1 for each filesystem: its label.", labels: ["uuid", "label"])
    let reserve = NumberFile.Kind(
        fileName: "allocation/global_rsv_size",
        family: MetricFamily(
            "node_btrfs_global_rsv_size_bytes", .gauge, help: "Size of the reserve for the filesystem's own needs.",
            unit: "bytes", labels: ["uuid"]))
    let reserved = NumberFile.Kind(
        fileName: "bytes_reserved",
        family: MetricFamily(
            "node_btrfs_reserved_bytes", .gauge, help: "Space set aside for writes on their way.", unit: "bytes",
            labels: ["uuid", "block_group_type"]))
    let layout = [
        NumberFile.Kind(
            fileName: "used_bytes",
            family: MetricFamily(
                "node_btrfs_used_bytes", .gauge, help: "Space used, by what for and layout.", unit: "bytes",
                labels: ["uuid", "block_group_type", "mode"])),
        NumberFile.Kind(
            fileName: "total_bytes",
            family: MetricFamily(
                "node_btrfs_size_bytes", .gauge, help: "Space allocated, by what for and layout.", unit: "bytes",
                labels: ["uuid", "block_group_type", "mode"])),
    ]
    let ratio = MetricFamily(
        "node_btrfs_allocation_ratio", .gauge, help: "Bytes on devices for each byte kept in the layout.",
        labels: ["uuid", "block_group_type", "mode"])
    /// In sectors of 512 bytes, whatever the device's are.
    let device = NumberFile.Kind(
        fileName: "size",
        family: MetricFamily(
            "node_btrfs_device_size_bytes", .gauge, help: "Size of a device of the filesystem.", unit: "bytes",
            labels: ["uuid", "device"]),
        factor: 512)
    /// `commit_stats`, which kernels have since 6.0.
    let commits: [NumberLines.Line] = [
        ("commits", "commits_total", MetricType.counter, "Commits since the filesystem was mounted.", 1.0),
        ("last_commit_ms", "last_commit_seconds", .gauge, "How long the last commit took.", 1000),
        ("max_commit_ms", "max_commit_seconds", .gauge, "How long the longest commit took.", 1000),
        ("total_commit_ms", "commit_seconds_total", .counter, "How long all commits took together.", 1000),
    ].map { (key: StaticString, name: String, type: MetricType, help: String, divisor: Double) in
        NumberLines.Line(
            key: key,
            metrics: [
                .init(
                    family: MetricFamily("node_btrfs_\(name)", type, help: help, labels: ["uuid"]), divisor: divisor)
            ])
    }
}
