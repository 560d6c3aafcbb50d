import Exposition
import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// Debian's node_exporter and our collectors on the same live kernel.
@Suite struct LiveComparisonTests {
    /// Debian 12 has version 1.5.0, so what came after is taken out of our side, and its defaults are set to 1.12's.
    private static let newLabels: Set<String> = ["adminstate", "device_error", "rotational"]
    private static let newFamilies: Set<String> = [
        "node_filesystem_mount_info", "node_filesystem_purgeable_bytes",
        // Theirs gives it only while its cpufreq collector is enabled.
        "node_cpu_frequency_hertz",
        "node_cpu_scaling_governor", "node_ksmd_general_profit_bytes",
        // Came with 1.6, and with 1.8.
        "node_softnet_backlog_len", "node_softnet_cpu_collision_total", "node_softnet_received_rps_total",
        "node_softnet_flow_limit_count_total", "node_pressure_irq_stalled_seconds_total",
        // Came with 1.10.
        "node_systemd_virtualization_info",
    ]
    /// What comes and goes between two looks, so that not even the label sets need be equal.
    private static let fleeting: Set<String> = [
        "node_processes_state", "node_processes_threads_state", "node_tcp_connection_states",
    ]
    /// Collectors that came after Debian's version.
    private static let newCollectors: Set<String> = [
        "bcachefs", "cpu_vulnerabilities", "dmmultipath", "kernel_hung", "pcidevice", "softirqs", "swap", "watchdog",
        "xfrm",
    ]
    private static let newCollectorFamilies = [
        "node_cpu_vulnerabilities_", "node_dmmultipath_", "node_pcidevice_", "node_watchdog_", "node_kernel_hung_",
        "node_softirqs_functions_", "node_swap_", "node_xfrm_",
    ]
    /// Values that stand still while the two programs look one after the other.
    private static let still: Set<String> = [
        "node_boot_time_seconds", "node_uname_info", "node_disk_info", "node_memory_MemTotal_bytes",
        "node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly",
        "node_filesystem_device_error", "node_time_zone_offset_seconds", "node_time_clocksource_available_info",
        "node_time_clocksource_current_info", "node_cpu_online", "node_cpu_info", "node_memory_SwapTotal_bytes",
        "node_network_info", "node_network_mtu_bytes", "node_memory_VmallocTotal_bytes",
        "node_memory_Hugepagesize_bytes", "node_disk_filesystem_info",
        "node_os_info", "node_os_version", "node_entropy_pool_size_bits", "node_filefd_maximum", "node_selinux_enabled",
        "node_timex_status", "node_timex_tick_seconds", "node_timex_tai_offset_seconds",
        "node_timex_loop_time_constant", "node_timex_sync_status",
        "node_sysctl_fs_file_max", "node_sysctl_net_ipv4_tcp_rmem_min", "node_sysctl_net_ipv4_tcp_rmem_max",
        "node_sysctl_kernel_printk", "node_sysctl_info", "node_processes_max_threads", "node_processes_max_processes",
        "node_zoneinfo_managed_pages", "node_zoneinfo_protection_0", "node_slabinfo_object_size_bytes",
        "node_memory_numa_MemTotal", "node_network_route_info", "node_network_routes",
    ]

    // Skipped where the Debian package is not installed.
    @Test(.enabled(if: NodeExporter.isInstalled)) func sameSeriesAndStillValues() throws {
        let names = HostCollectors.names.filter { !EdgeGoldenTests.collectors.contains($0) }
        let theirs = try NodeExporter.scrape(
            names.filter { !Self.newCollectors.contains($0) },
            [
                "--collector.cpu.info", "--collector.stat.softirq",
                "--collector.filesystem.mount-points-exclude=\(NamePattern.defaultMountPointExclusion)",
                "--collector.filesystem.fs-types-exclude=\(NamePattern.defaultFilesystemTypeExclusion)",
                "--collector.diskstats.device-exclude=\(NamePattern.defaultDiskExclusion)",
                "--collector.netstat.fields=\(NamePattern.defaultNetstatFields)",
                "--collector.vmstat.fields=\(NamePattern.defaultVmstatFields)",
                "--collector.systemd.unit-exclude=\(NamePattern.defaultUnitExclusion)",
                "--collector.sysctl.include=fs.file-max",
                "--collector.sysctl.include=net.ipv4.tcp_rmem:min,default,max",
                "--collector.sysctl.include=kernel.printk",
                "--collector.sysctl.include-info=kernel.seccomp.actions_avail",
                "--collector.netdev.device-exclude=", "--collector.cpu.info.flags-include=^(aes|fp|sse2)$",
            ])
        let ours = HostRun(names) { settings in
            settings.isSoftIRQEnabled = true
            settings.sysctl.include = ["fs.file-max", "net.ipv4.tcp_rmem:min,default,max", "kernel.printk"]
            settings.sysctl.includeInfo = ["kernel.seccomp.actions_avail"]
            settings.cpu.flagsInclude = NamePattern("^(aes|fp|sse2)$") { ["aes", "fp", "sse2"].contains($0) }
        }
        // What this machine has nothing of fails in both.
        let differing = theirs.success.filter { ours.success[$0.key] != $0.value }.map(\.key)
        #expect(differing == [], "\(ours.failures)")
        var mine: [String: Double] = [:]
        for sample in ours.samples {
            let family = sample.series.family.name
            if family.hasPrefix("node_scrape_") || Self.newFamilies.contains(family) { continue }
            if Self.fleeting.contains(family) || Self.newCollectorFamilies.contains(where: family.hasPrefix) {
                continue
            }
            let labels = Labels(sample.series.fullLabels().filter { !Self.newLabels.contains($0.name) })
            mine[labels.description] = sample.value
            let type = theirs.family(family)?.type
            #expect(type == sample.series.family.type, "\(family)")
        }
        let reference = theirs.values.filter { !Self.fleeting.contains(String($0.key.prefix { $0 != "{" })) }
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
