internal import MetricModel

/// One number of a line of /proc/diskstats: its family, and what one of the kernel's units is in the family's.
struct DiskColumn {
    enum Scale {
        case count
        /// Sectors of 512 bytes, whatever the device's own are.
        case sectorsToBytes
        case millisecondsToSeconds
    }

    let family: MetricFamily
    let scale: Scale

    func value(_ raw: UInt64) -> Double {
        switch scale {
        case .count: Double(raw)
        case .sectorsToBytes: Double(raw) * 512
        // Multiplied as node_exporter does, which is not the same to the last bit as dividing by a thousand.
        case .millisecondsToSeconds: Double(raw) * (1.0 / 1000.0)
        }
    }

    /// In the order of the file's columns.
    static var all: [DiskColumn] {
        [
            counter("reads_completed_total", .count, "Reads completed."),
            counter("reads_merged_total", .count, "Reads merged with a neighbour before they were sent."),
            counter("read_bytes_total", .sectorsToBytes, "Bytes read."),
            counter("read_time_seconds_total", .millisecondsToSeconds, "Seconds spent in reads, each counted."),
            counter("writes_completed_total", .count, "Writes completed."),
            counter("writes_merged_total", .count, "Writes merged with a neighbour before they were sent."),
            counter("written_bytes_total", .sectorsToBytes, "Bytes written."),
            counter("write_time_seconds_total", .millisecondsToSeconds, "Seconds spent in writes, each counted."),
            DiskColumn(
                family: MetricFamily("node_disk_io_now", .gauge, help: "I/Os under way.", labels: ["device"]),
                scale: .count),
            counter("io_time_seconds_total", .millisecondsToSeconds, "Seconds in which any I/O was under way."),
            counter(
                "io_time_weighted_seconds_total", .millisecondsToSeconds,
                "Seconds of I/O, times the number under way."),
            counter("discards_completed_total", .count, "Discards completed."),
            counter("discards_merged_total", .count, "Discards merged with a neighbour before they were sent."),
            counter("discarded_sectors_total", .count, "Sectors of 512 bytes discarded."),
            counter("discard_time_seconds_total", .millisecondsToSeconds, "Seconds spent in discards, each counted."),
            counter("flush_requests_total", .count, "Flush requests completed."),
            counter(
                "flush_requests_time_seconds_total", .millisecondsToSeconds, "Seconds spent in flush requests."),
        ]
    }

    private static func counter(_ name: String, _ scale: Scale, _ help: String) -> DiskColumn {
        let unit =
            switch scale {
            case .count: ""
            case .sectorsToBytes: "bytes"
            case .millisecondsToSeconds: "seconds"
            }
        return DiskColumn(
            family: MetricFamily("node_disk_" + name, .counter, help: help, unit: unit, labels: ["device"]),
            scale: scale)
    }
}
