internal import MetricModel

/// The fields of /proc/zoneinfo that are given, with their metrics.
final class ZoneinfoFamilies {
    private static let gauges: [(field: String, name: String, help: String)] = [
        ("nr_free_pages", "nr_free_pages", "Free pages."), ("min", "min_pages", "The watermark min."),
        ("low", "low_pages", "The watermark low."), ("high", "high_pages", "The watermark high."),
        ("scanned", "scanned_pages", "Pages scanned since the last reclaim."),
        ("spanned", "spanned_pages", "Pages the zone spans, with holes."),
        ("present", "present_pages", "Pages the zone has."),
        ("managed", "managed_pages", "Pages that the allocator has."),
        ("nr_active_anon", "nr_active_anon_pages", "Anonymous pages used lately."),
        ("nr_inactive_anon", "nr_inactive_anon_pages", "Anonymous pages not used lately."),
        ("nr_isolated_anon", "nr_isolated_anon_pages", "Anonymous pages taken off their list for a while."),
        ("nr_anon_pages", "nr_anon_pages", "Anonymous pages that are mapped."),
        ("nr_anon_transparent_hugepages", "nr_anon_transparent_hugepages", "Anonymous huge pages."),
        ("nr_active_file", "nr_active_file_pages", "Pages of files used lately."),
        ("nr_inactive_file", "nr_inactive_file_pages", "Pages of files not used lately."),
        ("nr_isolated_file", "nr_isolated_file_pages", "Pages of files taken off their list for a while."),
        ("nr_file_pages", "nr_file_pages", "Pages of files."),
        ("nr_slab_reclaimable", "nr_slab_reclaimable_pages", "Pages of slabs that can be given back."),
        ("nr_slab_unreclaimable", "nr_slab_unreclaimable_pages", "Pages of slabs that cannot be given back."),
        ("nr_mlock_stack", "nr_mlock_stack_pages", "Pages of stacks that are locked."),
        ("nr_kernel_stack", "nr_kernel_stacks", "Kernel stacks."),
        ("nr_mapped", "nr_mapped_pages", "Pages of files that are mapped."),
        ("nr_dirty", "nr_dirty_pages", "Pages that wait to be written."),
        ("nr_writeback", "nr_writeback_pages", "Pages being written."),
        ("nr_unevictable", "nr_unevictable_pages", "Pages that cannot be evicted."),
        ("nr_shmem", "nr_shmem_pages", "Pages of shared memory and tmpfs."),
    ]
    private static let counters: [(field: String, name: String, help: String)] = [
        ("nr_dirtied", "nr_dirtied_total", "Pages made dirty since boot."),
        ("nr_written", "nr_written_total", "Pages written since boot."),
        ("numa_hit", "numa_hit_total", "Allocations on the node they were meant for."),
        ("numa_miss", "numa_miss_total", "Allocations meant for another node."),
        ("numa_foreign", "numa_foreign_total", "Allocations meant for here that another node got."),
        ("numa_interleave", "numa_interleave_total", "Interleaved allocations that got the node they were meant for."),
        ("numa_local", "numa_local_total", "Allocations by processors of this node."),
        ("numa_other", "numa_other_total", "Allocations by processors of other nodes."),
    ]

    private let byField: [String: MetricFamily]
    private var protections: [MetricFamily] = []

    init() {
        var byField: [String: MetricFamily] = [:]
        for (rows, type) in [(Self.gauges, MetricType.gauge), (Self.counters, .counter)] {
            for (field, name, help) in rows { byField[field] = Self.family(name, type, help) }
        }
        self.byField = byField
    }

    /// The family of a field; nil for those that node_exporter does not give.
    func family(_ field: String) -> MetricFamily? { byField[field] }

    /// The family of a zone's protection from the allocations for the zone of this index.
    func protection(_ index: Int) -> MetricFamily {
        while protections.count <= index {
            let number = protections.count
            protections.append(
                Self.family(
                    "protection_\(number)", .gauge, "Free pages kept from allocations meant for zone \(number)."))
        }
        return protections[index]
    }

    private static func family(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        MetricFamily("node_zoneinfo_\(name)", type, help: help, labels: ["node", "zone"])
    }
}
