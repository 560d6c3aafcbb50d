import HostMetrics
import LinuxSystem
import MetricModel
import Testing

/// What kernels between 4.9 and 6.18 have, in the files whose columns and lines have changed: `DESIGN.md` says which in which.
/// `WAYSIDE_UPDATE_GOLDENS=1 swift test --filter KernelGolden` writes the expected texts anew; look at the difference before
/// you commit it.
@Suite struct KernelGoldenTests {
    static let kernels = ["4.19", "5.10", "6.1", "6.18"]
    private static let collectors = [
        "containers", "cpu", "diskstats", "meminfo", "netstat", "nvme", "pressure", "schedstat", "sockstat", "softnet",
        "stat", "thermal_zone", "vmstat",
    ]

    /// Pages are 4 KiB here and 16 or 64 KiB there.
    private static func lines(_ run: HostRun) -> [String] {
        run.lines.filter { line in
            !["node_sockstat_TCP_mem_bytes", "node_sockstat_UDP_mem_bytes", "container_start_time_seconds"].contains {
                line.hasPrefix($0)
            }
        }
    }

    @Test(arguments: kernels) func allSamples(_ kernel: String) throws {
        let tree = FixtureTree("kernel-" + kernel)
        var sampler = HostSampler(
            settings: HostMetricsSettings(roots: tree.roots, hasDefaults: false, enable: Self.collectors),
            scope: .init(.empty), seriesLimit: 1000)
        let run = HostRun(&sampler)
        let failures = run.failures.map { "# \($0)".replacing(tree.path, with: "") }
        let text = (Self.lines(run) + failures).map { $0 + "\n" }.joined()
        let golden = tree.path + "/expected.txt"
        if Machine.environment("WAYSIDE_UPDATE_GOLDENS") == "1" { try Files.replace(golden, with: Array(text.utf8)) }
        #expect(text == String(decoding: try Files.read(golden), as: UTF8.self))
        // And the same again from what was kept.
        #expect(Self.lines(HostRun(&sampler)) == Self.lines(run))
    }

    /// What one kernel has and the one before it has not, by the names of families.
    @Test(arguments: [
        (
            "4.19", "5.10",
            [
                "container_pressure_cpu_waiting_seconds_total", "node_disk_flush_requests_time_seconds_total",
                "node_disk_flush_requests_total", "node_memory_FileHugePages_bytes",
                "node_memory_FilePmdMapped_bytes", "node_memory_KReclaimable_bytes",
                "node_pressure_cpu_waiting_seconds_total", "node_pressure_io_stalled_seconds_total",
                "node_pressure_io_waiting_seconds_total", "node_pressure_memory_stalled_seconds_total",
                "node_pressure_memory_waiting_seconds_total", "node_softnet_backlog_len",
            ]
        ),
        (
            "5.10", "6.1",
            [
                "container_memory_kernel_usage", "container_memory_max_usage_bytes",
                "container_pressure_cpu_stalled_seconds_total", "node_memory_SecPageTables_bytes",
                "node_memory_Zswap_bytes", "node_memory_Zswapped_bytes", "node_pressure_irq_stalled_seconds_total",
            ]
        ),
        (
            "6.1", "6.18",
            [
                "container_memory_swap", "container_spec_memory_swap_limit_bytes", "node_memory_Balloon_bytes",
                "node_memory_Unaccepted_bytes", "node_nvme_namespace_used_bytes",
            ]
        ),
    ])
    func newFamilies(_ old: String, _ new: String, _ expected: [String]) throws {
        func names(_ kernel: String) throws -> Set<String> {
            let text = try Files.readText(FixtureTree("kernel-\(kernel)").path + "/expected.txt", byteLimit: 1 << 20)
            return Set(text.split(separator: "\n").map { String($0.prefix { $0 != "{" && $0 != " " }) })
        }
        let added = try names(new).subtracting(names(old)).filter { name in
            // 4.19 is started without IPv6.
            !name.hasPrefix("node_netstat_") && !name.hasPrefix("node_sockstat_")
        }
        #expect(added.sorted() == expected)
    }
}
