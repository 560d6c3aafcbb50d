package import MetricModel

/// The samples with which a binary describes its own process, under the names of Prometheus's client libraries.
package enum ProcessMetrics {
    private static let buildInfo = MetricFamily(
        "wayside_build_info", .gauge, help: "1, with the version that runs.", labels: ["program", "version"])
    private static let cpu = MetricFamily(
        "process_cpu_seconds_total", .counter, help: "User and system CPU time of this process.")
    private static let resident = MetricFamily(
        "process_resident_memory_bytes", .gauge, help: "Resident memory of this process.")
    private static let virtual = MetricFamily(
        "process_virtual_memory_bytes", .gauge, help: "Virtual memory of this process.")
    private static let descriptors = MetricFamily(
        "process_open_fds", .gauge, help: "File descriptors that this process holds open.")
    private static let start = MetricFamily(
        "process_start_time_seconds", .gauge, help: "When this process started, in seconds since 1970.")

    /// Appends the process's samples; series come from `table`.
    package static func append(
        _ reading: ProcessReading, program: String, version: String, table: inout SeriesTable,
        to batch: inout SampleBatch
    ) {
        batch.append(1, of: buildInfo, [program, version], from: &table)
        batch.append(reading.cpuSeconds, of: cpu, from: &table)
        batch.append(reading.residentBytes, of: resident, from: &table)
        batch.append(reading.virtualBytes, of: virtual, from: &table)
        batch.append(reading.openDescriptors, of: descriptors, from: &table)
        batch.append(reading.startUnixSeconds, of: start, from: &table)
    }
}
