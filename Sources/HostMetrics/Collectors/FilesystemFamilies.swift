internal import MetricModel

/// The families of `filesystem`.
struct FilesystemFamilies {
    private static let labels = ["device", "mountpoint", "fstype", "device_error"]

    let deviceError = MetricFamily(
        "node_filesystem_device_error", .gauge, help: "1 when the filesystem did not say how full it is.",
        labels: labels)
    let readOnly = MetricFamily(
        "node_filesystem_readonly", .gauge, help: "1 when the filesystem or its mount is read-only.", labels: labels)
    /// What `FilesystemSeries.give` gives, in this order.
    let usage = [
        MetricFamily(
            "node_filesystem_size_bytes", .gauge, help: "The filesystem's size.", unit: "bytes", labels: labels),
        MetricFamily(
            "node_filesystem_free_bytes", .gauge, help: "Bytes that are free.", unit: "bytes", labels: labels),
        MetricFamily(
            "node_filesystem_avail_bytes", .gauge, help: "Free bytes that users other than root may take.",
            unit: "bytes", labels: labels),
        MetricFamily("node_filesystem_files", .gauge, help: "File nodes in all.", labels: labels),
        MetricFamily("node_filesystem_files_free", .gauge, help: "File nodes that are free.", labels: labels),
        // Always 0 here: only macOS has such space, but node_exporter gives it everywhere.
        MetricFamily(
            "node_filesystem_purgeable_bytes", .gauge, help: "Bytes the system could free by itself; 0 on Linux.",
            unit: "bytes", labels: labels),
    ]
    let mountInfo = MetricFamily(
        "node_filesystem_mount_info", .gauge, help: "Which device is mounted where, as labels.",
        labels: ["device", "major", "minor", "mountpoint"])
}
