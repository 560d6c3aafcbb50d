import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What people ask of a host's metrics — alert rules, panels of dashboards — is answered from what the agent ships, by the
/// hub and by a Prometheus alike.
@Suite(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
struct HostQueryTests {
    /// The first rows of Grafana's dashboard 1860 and the alerts of the node mixin, by what they need: names, the labels
    /// they choose and group by.
    private static let selector = "instance=\"test-gateway\",job=\"node\""
    private static let questions: [String] = [
        "node_uname_info{job=\"node\",instance=\"test-gateway\",nodename!=\"\",release!=\"\"}",
        // The processor: all modes that the panels name, and how many there are of it.
        "sum by (instance) (irate(node_cpu_seconds_total{\(selector),mode=\"idle\"}[1m]))",
        "sum by (mode) (rate(node_cpu_seconds_total{\(selector),mode=~\"user|system|iowait|irq|softirq|nice|steal\"}[1m]))",
        "scalar(node_load1{\(selector)}) * 100 / count(count by (cpu) (node_cpu_seconds_total{\(selector)}))",
        "node_time_seconds{\(selector)} - node_boot_time_seconds{\(selector)}",
        // Memory.
        "clamp_min((1 - node_memory_MemAvailable_bytes{\(selector)} / node_memory_MemTotal_bytes{\(selector)}) * 100, 0)",
        "node_memory_MemTotal_bytes - node_memory_MemFree_bytes"
            + " - (node_memory_Cached_bytes + node_memory_Buffers_bytes + node_memory_SReclaimable_bytes)",
        "node_memory_SwapTotal_bytes{\(selector)} - node_memory_SwapFree_bytes{\(selector)}",
        // The disk: the root by its exact mount point.
        "100 - node_filesystem_avail_bytes{\(selector),mountpoint=\"/\",fstype!=\"rootfs\"} * 100"
            + " / node_filesystem_size_bytes{\(selector),mountpoint=\"/\",fstype!=\"rootfs\"}",
        "node_filesystem_files_free{\(selector)} / node_filesystem_files{\(selector)}",
        "node_filesystem_readonly{\(selector)}",
        "rate(node_disk_read_bytes_total{\(selector)}[1m]) + rate(node_disk_written_bytes_total{\(selector)}[1m])",
        "rate(node_disk_io_time_seconds_total{\(selector)}[1m])",
        // The network.
        "rate(node_network_receive_bytes_total{\(selector)}[1m]) * 8",
        "rate(node_network_transmit_bytes_total{\(selector)}[1m]) * 8",
        "rate(node_network_receive_errs_total{\(selector)}[1m]) / rate(node_network_receive_packets_total{\(selector)}[1m])",
        // What else the mixin watches.
        "node_timex_offset_seconds{\(selector)} + node_timex_maxerror_seconds{\(selector)}",
        "min_over_time(node_timex_sync_status{\(selector)}[1m])",
        "node_filefd_allocated{\(selector)} * 100 / node_filefd_maximum{\(selector)}",
        "node_textfile_scrape_error{\(selector)}",
        "rate(node_vmstat_pgmajfault{\(selector)}[1m])",
        "rate(node_context_switches_total{\(selector)}[1m])",
    ]

    /// What a kernel may lack, by the file that tells.
    private static let optional: [(file: String, question: String)] = [
        ("/proc/pressure/cpu", "rate(node_pressure_cpu_waiting_seconds_total{\(selector)}[1m])"),
        ("/proc/pressure/memory", "rate(node_pressure_memory_waiting_seconds_total{\(selector)}[1m])"),
        ("/proc/pressure/io", "rate(node_pressure_io_waiting_seconds_total{\(selector)}[1m])"),
        ("/proc/pressure/irq", "rate(node_pressure_irq_stalled_seconds_total{\(selector)}[1m])"),
        (
            "/proc/sys/net/netfilter/nf_conntrack_count",
            "node_nf_conntrack_entries{\(selector)} / node_nf_conntrack_entries_limit{\(selector)}"
        ),
    ]

    @Test func theFirstRowsOfDashboardsHaveData() async throws {
        let questions = Self.questions + Self.optional.filter { Files.exists($0.file) }.map(\.question)
        try await answer(questions)
    }

    /// The alert rules and panels that the platforms asked for, without the threshold, so that a healthy host has an answer.
    // Skipped where the shared folder is not there.
    @Test(.enabled(if: PlatformQueries.folder != nil, "../shared/seeds is not there"))
    func whatThePlatformsAskOfHostsHasData() async throws {
        let questions = try PlatformQueries.all().filter { $0.contains("node_") }
        for about in ["node_cpu_seconds_total", "node_memory_MemAvailable_bytes", "node_filesystem_avail_bytes"] {
            #expect(questions.contains { $0.contains(about) }, "nothing asks for \(about)")
        }
        try await answer(questions)
    }

    /// The same of containers, on a tree with some.
    // Skipped where the shared folder is not there.
    @Test(.enabled(if: PlatformQueries.folder != nil, "../shared/seeds is not there"))
    func whatThePlatformsAskOfContainersHasData() async throws {
        let tree =
            Files.parent(of: Files.parent(of: #filePath)) + "/HostMetricsTests/Fixtures/cgroup-v2"
        // The containers' names are those of the tree.
        let questions = try PlatformQueries.all().filter { $0.contains("container_") }.map {
            $0.replacing("{name=~\"proxy-.*\"}", with: "{name!=\"\"}")
        }
        #expect(questions.count >= 3)
        try await answer(
            questions,
            host: "interval: 1s, procfs: \(tree)/proc, sysfs: \(tree)/sys, rootfs: \(tree)/root")
    }

    /// Ships a host to a hub and a Prometheus, and waits until both have an answer to each question, for the same series.
    private func answer(_ questions: [String], host: String = "interval: 1s") async throws {
        let hub = try await RunningHub()
        let reference = try RunningPeer.prometheus()
        let agent = try RunningAgent(
            prepared: "test-gateway",
            settings: """
                remote_write:
                  - {url: "\(hub.writeURL)", batch_for: 1s}
                  - {url: "\(reference.base)/api/v1/write", batch_for: 1s}
                """, host: host)
        try await agent.start()
        for question in questions {
            var answers: [Set<[String: String]>] = []
            for query in [hub.query, reference.query] {
                // A rate needs two samples, and both need their first request.
                try await Web.shared.wait(for: "an answer from \(query.base) to \(question)") {
                    try await query.vector(question).count > 0
                }
                answers.append(Set(try await query.vector(question).map(\.labels)))
            }
            #expect(answers[0] == answers[1], "\(question)")
        }
    }
}
