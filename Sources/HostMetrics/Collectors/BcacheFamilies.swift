internal import MetricModel

/// The files of a bcache set (the kernel's Documentation/admin-guide/bcache.rst) and their metrics.
enum BcacheFamilies {
    /// Of the set.
    static let set = [
        kind("average_key_size", "average_key_size_sectors", .gauge, "Average size of the B-tree's keys, in sectors."),
        kind("btree_cache_size", "btree_cache_size_bytes", .gauge, "Memory that the B-tree's cache uses."),
        kind("cache_available_percent", "cache_available_percent", .gauge, "Part of the cache without dirty data."),
        kind("congested", "congested", .gauge, "How congested the caches are."),
        kind("root_usage_percent", "root_usage_percent", .gauge, "Part of the root node that is in use."),
        kind("tree_depth", "tree_depth", .gauge, "Depth of the B-tree."),
        kind(
            "internal/active_journal_entries", "active_journal_entries", .gauge, "Journal entries newer than the index."
        ),
        kind("internal/btree_nodes", "btree_nodes", .gauge, "Nodes of the B-tree."),
        // Its name says microseconds; it holds nanoseconds.
        kind(
            "internal/btree_read_average_duration_us", "btree_read_average_duration_seconds", .gauge,
            "How long a read of a B-tree node takes on average.", factor: 1e-9),
        kind(
            "internal/cache_read_races", "cache_read_races_total", .counter,
            "Reads whose bucket was reused meanwhile, so that they were done again from the backing device."),
    ]

    /// Of a backing device.
    static let backingDevice = [
        kind("dirty_data", "dirty_data_bytes", .gauge, "Data not yet written back.", backing),
        kind("stats_total/bypassed", "bypassed_bytes_total", .counter, "Bytes that went past the cache.", backing),
        kind("stats_total/cache_hits", "cache_hits_total", .counter, "Reads and writes found in the cache.", backing),
        kind("stats_total/cache_misses", "cache_misses_total", .counter, "Reads and writes not found.", backing),
        kind(
            "stats_total/cache_bypass_hits", "cache_bypass_hits_total", .counter,
            "Hits of what was to go past the cache.", backing),
        kind(
            "stats_total/cache_bypass_misses", "cache_bypass_misses_total", .counter,
            "Misses of what was to go past the cache.", backing),
        kind(
            "stats_total/cache_miss_collisions", "cache_miss_collisions_total", .counter,
            "Misses whose data was written meanwhile.", backing),
        // Kernels have this until 5.13.
        kind("stats_total/cache_readaheads", "cache_readaheads_total", .counter, "Reads ahead.", backing),
    ]

    /// The lines of a backing device's `writeback_rate_debug`.
    static let writeback: [(key: StaticString, family: MetricFamily)] = [
        ("rate:", gauge("writeback_rate", "Bytes written back a second.", backing)),
        ("target:", gauge("dirty_target_bytes", "How much dirty data is aimed at.", backing)),
        (
            "proportional:",
            gauge("writeback_rate_proportional_term", "Proportional part of the rate's control.", backing)
        ),
        ("integral:", gauge("writeback_rate_integral_term", "Integral part of the rate's control.", backing)),
        ("change:", gauge("writeback_change", "Last change of the rate.", backing)),
    ]

    /// Of a cache.
    static let cache = [
        kind("io_errors", "io_errors", .gauge, "Errors, halved at times.", caching),
        kind(
            "metadata_written", "metadata_written_bytes_total", .counter, "Bytes written for anything but data.",
            caching),
        kind("written", "written_bytes_total", .counter, "Bytes of data written to the cache.", caching),
    ]

    /// The lines of a cache's `priority_stats`.
    static let priority: [(key: StaticString, family: MetricFamily)] = [
        ("Unused:", gauge("priority_stats_unused_percent", "Part of the cache that holds nothing.", caching)),
        ("Metadata:", gauge("priority_stats_metadata_percent", "Part of the cache that holds metadata.", caching)),
    ]

    private static let backing = ["uuid", "backing_device"]
    private static let caching = ["uuid", "cache_device"]

    private static func gauge(_ name: String, _ help: String, _ labels: [String]) -> MetricFamily {
        MetricFamily("node_bcache_\(name)", .gauge, help: help, labels: labels)
    }

    private static func kind(
        _ fileName: String, _ name: String, _ type: MetricType, _ help: String, _ labels: [String] = ["uuid"],
        factor: Double = 1
    ) -> NumberFile.Kind {
        NumberFile.Kind(
            fileName: fileName, family: MetricFamily("node_bcache_\(name)", type, help: help, labels: labels),
            form: .custom { (cursor) throws(DamagedText) in
                let value = try cursor.bcacheNumber()
                guard cursor.isAtLineEnd else { throw cursor.damage("the line's end") }
                return value
            }, factor: factor)
    }
}
