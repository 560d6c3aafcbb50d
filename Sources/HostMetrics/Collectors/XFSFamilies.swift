internal import MetricModel

/// The lines of /sys/fs/xfs/DEVICE/stats/stats (fs/xfs/xfs_stats.h) that are told.
enum XFSFamilies {
    static let lines: [NumberLines.Line] = [
        line(
            "extent_alloc", "extent_allocation",
            [
                ("extents_allocated", "Extents allocated."), ("blocks_allocated", "Blocks allocated."),
                ("extents_freed", "Extents freed."), ("blocks_freed", "Blocks freed."),
            ]),
        line("abt", "allocation_btree", tree("the allocation B-tree")),
        line(
            "blk_map", "block_mapping",
            [
                ("reads", "Block maps read."), ("writes", "Block maps written."), ("unmaps", "Block maps taken out."),
                ("extent_list_insertions", "Extents put into lists."),
                ("extent_list_deletions", "Extents taken out of lists."),
                ("extent_list_lookups", "Extents looked up in lists."),
                ("extent_list_compares", "Comparisons in lists of extents."),
            ]),
        line("bmbt", "block_map_btree", tree("the block map B-tree")),
        line(
            "dir", "directory_operation",
            [
                ("lookup", "File names looked up."), ("create", "Directory entries made."),
                ("remove", "Directory entries removed."), ("getdents", "Directories listed."),
            ]),
        line(
            "ig", "inode_operation",
            [
                ("attempts", "Inodes looked for in the cache."), ("found", "Inodes found in the cache."),
                ("recycled", "Inodes found but being reclaimed."), ("missed", "Inodes not in the cache."),
                ("duplicates", "Inodes missed that another thread had put there since."),
                ("reclaims", "Inodes taken out of the cache for room."),
                ("attribute_changes", "Changes of inode attributes."),
            ]),
        line(
            "rw", "",
            [("write_calls", "Calls of write on files."), ("read_calls", "Calls of read on files.")]),
        line(
            "vnodes", "vnode",
            [
                ("active", "Inodes in use."), ("allocate", "Inodes allocated."), ("get", "Inodes got."),
                ("hold", "Inodes held."), ("release", "Inodes released."), ("reclaim", "Inodes reclaimed."),
                ("remove", "Inodes removed."),
            ]),
    ]

    private static func tree(_ name: String) -> [(String, String)] {
        [
            ("lookups", "Look-ups in \(name)."), ("compares", "Comparisons in \(name)."),
            ("records_inserted", "Records put into \(name)."), ("records_deleted", "Records taken out of \(name)."),
        ]
    }

    private static func line(_ key: StaticString, _ group: String, _ metrics: [(String, String)]) -> NumberLines.Line {
        let prefix = group.isEmpty ? "" : group + "_"
        return NumberLines.Line(
            key: key,
            metrics: metrics.map { name, help in
                NumberLines.Metric(
                    family: MetricFamily("node_xfs_\(prefix)\(name)_total", .counter, help: help, labels: ["device"]))
            })
    }
}
