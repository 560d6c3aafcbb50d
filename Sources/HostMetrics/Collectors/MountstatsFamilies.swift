internal import MetricModel

/// The metrics of an NFS mount, in the order of the numbers in /proc/self/mountstats (net/sunrpc/stats.c and
/// fs/nfs/super.c of the kernel).
enum MountstatsFamilies {
    static let labels = ["export", "protocol", "mountaddr"]

    static let mountPoint = family(
        "mountpoint_info", .gauge, "1 for each place the export is mounted at.", ["mountpoint"])
    static let age = family("age_seconds_total", .counter, "How long the export has been mounted.")

    static let bytes = [
        family("read_bytes_total", .counter, "Bytes read with read()."),
        family("write_bytes_total", .counter, "Bytes written with write()."),
        family("direct_read_bytes_total", .counter, "Bytes read with O_DIRECT."),
        family("direct_write_bytes_total", .counter, "Bytes written with O_DIRECT."),
        family("total_read_bytes_total", .counter, "Bytes read from the server."),
        family("total_write_bytes_total", .counter, "Bytes written to the server."),
        family("read_pages_total", .counter, "Pages read by way of mmap()."),
        family("write_pages_total", .counter, "Pages written by way of mmap()."),
    ]

    /// Nil for the number that is not told: waits for congestion, which no kernel counts any more.
    static let events: [MetricFamily?] = [
        event("inode_revalidate", "Inodes whose cached attributes were checked."),
        event("dnode_revalidate", "Directory entries checked."),
        event("data_invalidate", "Inodes whose cached data was thrown away."),
        event("attribute_invalidate", "Inodes whose cached attributes were thrown away."),
        event("vfs_open", "Files opened."), event("vfs_lookup", "Names looked up."),
        event("vfs_access", "Permissions checked."), event("vfs_update_page", "Pages updated, in part perhaps."),
        event("vfs_read_page", "Pages read one by one."), event("vfs_read_pages", "Groups of pages read."),
        event("vfs_write_page", "Pages written one by one."), event("vfs_write_pages", "Groups of pages written."),
        event("vfs_getdents", "Directories listed."), event("vfs_setattr", "Attributes set."),
        event("vfs_flush", "Flushes asked for."), event("vfs_fsync", "fsync() asked for."),
        event("vfs_lock", "Locks asked for."), event("vfs_file_release", "Files closed."), nil,
        event("truncation", "Files cut shorter."), event("write_extension", "Files grown by writing past their end."),
        event("silly_rename", "Files renamed because they were removed while open."),
        event("short_read", "Times the server gave less than was asked for."),
        event("short_write", "Times the server wrote less than was asked for."),
        event("jukebox_delay", "Times the server said to come again later."),
        event("pnfs_read", "Reads from data servers (pNFS)."), event("pnfs_write", "Writes to data servers (pNFS)."),
    ]

    /// What is told of a transport: which number it is, as `MountstatsText.Transport` has them.
    static let transport: [(index: Int, family: MetricFamily)] = [
        (1, transport("bind_total", .counter, "Times a port was bound.")),
        (2, transport("connect_total", .counter, "Connections made.")),
        (4, transport("idle_time_seconds", .gauge, "How long nothing was sent or received.")),
        (5, transport("sends_total", .counter, "Requests sent.")),
        (6, transport("receives_total", .counter, "Responses received.")),
        (7, transport("bad_transaction_ids_total", .counter, "Responses nobody had asked for.")),
        (9, transport("backlog_queue_total", .counter, "Requests in the backlog queue, added up at each send.")),
        (10, transport("maximum_rpc_slots", .gauge, "Most requests that were under way at once.")),
        (11, transport("sending_queue_total", .counter, "Requests in the sending queue, added up at each send.")),
        (12, transport("pending_queue_total", .counter, "Requests in the pending queue, added up at each send.")),
    ]
    /// Where the idle time stands in `transport`.
    static let idleIndex = 4

    static let operation = [
        operation("requests", "Requests made."),
        operation("transmissions", "Requests sent, again or for the first time."),
        operation("major_timeouts", "Requests that timed out for good."), operation("sent_bytes", "Bytes sent."),
        operation("received_bytes", "Bytes received."),
        operation("queue_time_seconds", "Time requests waited to be sent."),
        operation("response_time_seconds", "Time from sending to the response."),
        operation("request_time_seconds", "Time from the request to its end."),
    ]
    /// From here on the numbers of an operation are milliseconds.
    static let operationTimes = 5

    private static func family(
        _ name: String, _ type: MetricType, _ help: String, _ more: [String] = []
    ) -> MetricFamily {
        MetricFamily("node_mountstats_nfs_\(name)", type, help: help, labels: labels + more)
    }

    private static func event(_ name: String, _ help: String) -> MetricFamily {
        family("event_\(name)_total", .counter, help)
    }

    private static func transport(_ name: String, _ type: MetricType, _ help: String) -> MetricFamily {
        family("transport_\(name)", type, help, ["transport"])
    }

    private static func operation(_ name: String, _ help: String) -> MetricFamily {
        family("operations_\(name)_total", .counter, help, ["operation"])
    }
}
