internal import MetricModel

/// The metrics of a bcachefs filesystem and its devices.
struct BcachefsFamilies {
    let counters = FamilyTable("node_bcachefs_", suffix: "_total", .counter, labels: ["uuid"])
    let information = Self.family("info", .gauge, "1 for each mounted filesystem.", [])
    let cacheSize = Self.kind("btree_cache_size", "btree_cache_size_bytes", "Memory that the B-tree's cache uses.", [])
    let compressed = Self.family(
        "compression_compressed_bytes", .gauge, "Size on disk of what is compressed so.", ["algorithm"])
    let uncompressed = Self.family(
        "compression_uncompressed_bytes", .gauge, "Size of the data that is compressed so.", ["algorithm"])
    let errors = Self.family("errors_total", .counter, "Errors found in the filesystem, by kind.", ["error_type"])
    let writes = Self.family("btree_writes_total", .counter, "Writes of B-tree nodes, by reason.", ["type"])
    let writeSize = Self.family(
        "btree_write_average_size_bytes", .gauge, "Average size of a write of a B-tree node, by reason.", ["type"])
    let deviceInformation = Self.family(
        "device_info", .gauge, "1 for each device: its label and state.", ["device", "label", "state"])
    let device = [
        Self.kind("bucket_size", "device_bucket_size_bytes", "Size of the device's buckets.", ["device"]),
        Self.kind("nbuckets", "device_buckets", "How many buckets the device has.", ["device"]),
        Self.kind("durability", "device_durability", "How many copies one on this device counts for.", ["device"]),
    ]
    let done = Self.family(
        "device_io_done_bytes_total", .counter, "Bytes read and written, by what for.",
        ["device", "operation", "data_type"])
    let deviceErrors = Self.family(
        "device_io_errors_total", .counter, "Errors of the device since the filesystem was made.", ["device", "type"])

    private static func family(
        _ name: String, _ type: MetricType, _ help: String, _ labels: [String]
    ) -> MetricFamily {
        MetricFamily("node_bcachefs_\(name)", type, help: help, labels: ["uuid"] + labels)
    }

    private static func kind(
        _ fileName: String, _ name: String, _ help: String, _ labels: [String]
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName, family: family(name, .gauge, help, labels),
            form: .custom { (cursor) throws(DamagedText) in try cursor.binaryNumber() })
    }
}
