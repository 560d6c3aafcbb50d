import Exposition
import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Debian's node_exporter and our collectors on the same live kernel.
@Suite struct LiveComparisonTests {
    /// Debian 12 has version 1.5.0, so what came after is taken out of our side, and its defaults are set to 1.12's.
    private static let newLabels: Set<String> = ["device_error", "rotational"]
    private static let newFamilies: Set<String> = [
        "node_filesystem_mount_info", "node_filesystem_purgeable_bytes",
        // Theirs gives it only while its cpufreq collector is enabled.
        "node_cpu_frequency_hertz",
    ]
    /// Collectors that came after Debian's version.
    private static let newCollectors: Set<String> = ["bcachefs"]
    /// Values that stand still while the two programs look one after the other.
    private static let still: Set<String> = [
        "node_boot_time_seconds", "node_uname_info", "node_disk_info", "node_memory_MemTotal_bytes",
        "node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly",
        "node_filesystem_device_error", "node_time_zone_offset_seconds", "node_time_clocksource_available_info",
        "node_time_clocksource_current_info", "node_cpu_online", "node_cpu_info", "node_memory_SwapTotal_bytes",
        "node_memory_VmallocTotal_bytes", "node_memory_Hugepagesize_bytes", "node_disk_filesystem_info",
    ]

    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: NodeExporter.isInstalled)) func sameSeriesAndStillValues() throws {
        let theirs = try NodeExporter.scrape(
            HostCollectors.names.filter { !Self.newCollectors.contains($0) },
            [
                "--collector.cpu.info", "--collector.stat.softirq",
                "--collector.filesystem.mount-points-exclude=\(NamePattern.defaultMountPointExclusion)",
                "--collector.filesystem.fs-types-exclude=\(NamePattern.defaultFilesystemTypeExclusion)",
                "--collector.diskstats.device-exclude=\(NamePattern.defaultDiskExclusion)",
                "--collector.netdev.device-exclude=", "--collector.cpu.info.flags-include=^(aes|fp|sse2)$",
            ])
        let ours = HostRun(HostCollectors.names) { settings in
            settings.isSoftIRQEnabled = true
            settings.cpu.flagsInclude = NamePattern("^(aes|fp|sse2)$") { ["aes", "fp", "sse2"].contains($0) }
        }
        // What this machine has nothing of fails in both.
        #expect(ours.success.filter { !Self.newCollectors.contains($0.key) } == theirs.success, "\(ours.failures)")
        var mine: [String: Double] = [:]
        for sample in ours.samples {
            let family = sample.series.family.name
            if family.hasPrefix("node_scrape_") || Self.newFamilies.contains(family) { continue }
            let labels = Labels(sample.series.fullLabels().filter { !Self.newLabels.contains($0.name) })
            mine[labels.description] = sample.value
            let type = theirs.family(family)?.type
            #expect(type == sample.series.family.type, "\(family)")
        }
        let reference = theirs.values
        let onlyOurs = Set(mine.keys).subtracting(reference.keys).sorted()
        let onlyTheirs = Set(reference.keys).subtracting(mine.keys).sorted()
        #expect(onlyOurs == [])
        #expect(onlyTheirs == [])
        for (series, value) in reference where Self.still.contains(String(series.prefix { $0 != "{" })) {
            let own = mine[series]
            #expect(own == value, "\(series)")
        }
    }
}
