internal import MetricModel

/// cAdvisor's metrics of containers, as its page for Prometheus names them.
///
/// Each has the labels `id` (the cgroup's path), `image` and `name` (empty, which is absent, where nobody wrote them down),
/// then its own.
enum ContainerFamilies {
    static let labels = ["id", "image", "name"]

    static let lastSeen = gauge("last_seen", "When the container was last seen, in seconds since 1970.", "seconds")
    static let startTime = gauge(
        "start_time_seconds", "When the container's first process was started, in seconds since 1970.", "seconds")

    static let cpuUsage = counter("cpu_usage_seconds_total", "CPU time used.", "seconds", ["cpu"])
    static let cpuUser = counter("cpu_user_seconds_total", "CPU time used in user mode.", "seconds")
    static let cpuSystem = counter("cpu_system_seconds_total", "CPU time used in the kernel.", "seconds")
    static let periods = counter("cpu_cfs_periods_total", "Periods of the CPU quota that have passed.")
    static let throttledPeriods = counter(
        "cpu_cfs_throttled_periods_total", "Periods in which the CPU quota was used up.")
    static let throttledSeconds = counter(
        "cpu_cfs_throttled_seconds_total", "Time for which the CPU quota held the container back.", "seconds")

    static let memoryUsage = gauge("memory_usage_bytes", "Memory in use, page cache included.", "bytes")
    static let memoryMaximum = gauge("memory_max_usage_bytes", "The most memory that was in use.", "bytes")
    static let workingSet = gauge(
        "memory_working_set_bytes", "Memory in use without what of the page cache was not used lately.", "bytes")
    static let memoryResident = gauge("memory_rss", "Memory in use that no file stands behind.", "bytes")
    static let memoryCache = gauge("memory_cache", "Page cache.", "bytes")
    static let memoryMapped = gauge("memory_mapped_file", "Page cache that is mapped into processes.", "bytes")
    static let memorySwap = gauge("memory_swap", "Swap in use.", "bytes")
    static let memoryKernel = gauge("memory_kernel_usage", "Memory that the kernel uses for the container.", "bytes")
    static let activeFile = gauge(
        "memory_total_active_file_bytes", "Page cache that was used lately.", "bytes")
    static let inactiveFile = gauge(
        "memory_total_inactive_file_bytes", "Page cache that was not used lately.", "bytes")
    static let failureCount = counter("memory_failcnt", "How often the memory limit was reached.")
    static let faults = counter("memory_failures_total", "Page faults.", "", ["failure_type", "scope"])
    static let outOfMemory = counter("oom_events_total", "Processes killed because the memory limit was reached.")

    static let readBytes = counter("fs_reads_bytes_total", "Bytes read from the device.", "bytes", ["device"])
    static let writtenBytes = counter("fs_writes_bytes_total", "Bytes written to the device.", "bytes", ["device"])
    static let reads = counter("fs_reads_total", "Reads from the device.", "", ["device"])
    static let writes = counter("fs_writes_total", "Writes to the device.", "", ["device"])

    static let processes = gauge("processes", "Processes of the container's cgroup.")
    static let threads = gauge("threads", "Threads in the container.")
    static let threadLimit = gauge("threads_max", "The most threads that there may be; 0 is no limit.")

    static let specPeriod = gauge("spec_cpu_period", "The period of the CPU quota in microseconds.")
    static let specQuota = gauge("spec_cpu_quota", "The CPU quota in microseconds a period.")
    static let specShares = gauge("spec_cpu_shares", "The share of CPU time while there is not enough.")
    static let specMemoryLimit = gauge("spec_memory_limit_bytes", "The memory limit; 0 is none.", "bytes")
    static let specMemoryReservation = gauge(
        "spec_memory_reservation_limit_bytes", "The memory that is kept for the container; 0 is none.", "bytes")
    static let specSwapLimit = gauge("spec_memory_swap_limit_bytes", "The swap limit; 0 is none.", "bytes")

    /// In the order of /proc/net/dev's columns, nil for those that cAdvisor does not have.
    static let network: [MetricFamily?] = [
        interface("receive_bytes_total", "Bytes received.", "bytes"),
        interface("receive_packets_total", "Packets received."),
        interface("receive_errors_total", "Packets received with an error."),
        interface("receive_packets_dropped_total", "Received packets that were dropped."), nil, nil, nil, nil,
        interface("transmit_bytes_total", "Bytes sent.", "bytes"),
        interface("transmit_packets_total", "Packets sent."),
        interface("transmit_errors_total", "Packets that could not be sent."),
        interface("transmit_packets_dropped_total", "Packets dropped before sending."), nil, nil, nil, nil,
    ]

    /// What waits for each resource: `some` is waiting, `full` is stalled.
    static func pressure(_ resource: String) -> (waiting: MetricFamily, stalled: MetricFamily) {
        (
            counter(
                "pressure_\(resource)_waiting_seconds_total", "Time in which some task waited for \(resource).",
                "seconds"),
            counter(
                "pressure_\(resource)_stalled_seconds_total", "Time in which all tasks waited for \(resource).",
                "seconds")
        )
    }

    static let cpuPressure = pressure("cpu")
    static let memoryPressure = pressure("memory")
    static let blockPressure = pressure("io")

    private static func interface(_ name: String, _ help: String, _ unit: String = "") -> MetricFamily {
        counter("network_" + name, help, unit, ["interface"])
    }

    private static func counter(
        _ name: String, _ help: String, _ unit: String = "", _ own: [String] = []
    ) -> MetricFamily {
        MetricFamily("container_" + name, .counter, help: help, unit: unit, labels: labels + own)
    }

    private static func gauge(_ name: String, _ help: String, _ unit: String = "") -> MetricFamily {
        MetricFamily("container_" + name, .gauge, help: help, unit: unit, labels: labels)
    }
}
