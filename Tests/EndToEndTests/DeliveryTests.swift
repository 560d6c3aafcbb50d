import Daemon
import Exposition
import HTTPExchange
import LinuxSystem
import MetricModel
import TestPeers
import Testing

/// What the agent serves on /metrics is what a query at the destination returns.
@Suite struct DeliveryTests {
    @Test(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func toPrometheusByRemoteWrite1() async throws {
        let peer = try RunningPeer.prometheus()
        try await check(peer.query, "\(peer.base)/api/v1/write", version: "1.0")
    }

    @Test(.enabled(if: Programs.peer("victoria-metrics") != nil, "victoria-metrics is not installed"))
    func toVictoriaMetricsByRemoteWrite1() async throws {
        let peer = try RunningPeer.victoriaMetrics()
        try await check(peer.query, "\(peer.base)/api/v1/write", version: "1.0")
    }

    @Test func toTheHubByRemoteWrite2() async throws {
        let hub = try await RunningHub()
        try await check(hub.query, hub.writeURL, version: "2.0")
    }

    /// Gauges that do not move while a machine is up, so that two readings of them must be equal.
    private static let constants: Set<String> = [
        "node_boot_time_seconds", "node_cpu_online", "node_disk_info", "node_filesystem_device_error",
        "node_filesystem_readonly", "node_filesystem_size_bytes", "node_memory_HugePages_Total",
        "node_memory_MemTotal_bytes", "node_memory_SwapTotal_bytes", "node_memory_VmallocTotal_bytes",
        "node_scrape_collector_success", "node_time_zone_offset_seconds", "node_uname_info",
    ]

    /// Scrapes, waits until a later tick has arrived, asks, scrapes again. Counters must lie between the scrapes,
    /// what cannot move must be equal, and no series may be missing.
    private func check(_ query: QueryAPI, _ url: String, version: String) async throws {
        let agent = try await RunningAgent(
            settings: "remote_write: [{url: \"\(url)\", protocol: auto, batch_for: 1s}]")
        let before = try await MetricsText.scrape(agent.metricsURL)
        let taken = try #require(before.value("node_time_seconds"))
        // Every series, because VictoriaMetrics shows those of one request at different moments.
        try await Web.shared.wait(for: "a later tick of every series at the destination") {
            let series = try await query.samples("{instance=\"test-gateway\",job=\"node\"}[1m]")
            return series.count > 100 && series.values.allSatisfy { Double($0.last?.0 ?? 0) > taken * 1000 }
        }
        let stored = try await query.vector("{instance=\"test-gateway\",job=\"node\"}")
        let after = try await MetricsText.scrape(agent.metricsURL)
        try compare(stored, before, after)

        let buffer = try await Web.shared.json(agent.base + "/api/v1/buffer")
        #expect(buffer["destinations"]?.elements.first?["protocol"]?.text == version)
        let up = try await query.vector("up{instance=\"test-gateway\"}")
        #expect(Set(up.compactMap { $0.labels["job"] }) == ["node", "devices", "wayside-agent"])
    }

    private func compare(_ stored: [QueryAPI.Point], _ before: MetricsText, _ after: MetricsText) throws {
        var byLabels: [[String: String]: Double] = [:]
        for point in stored {
            #expect(point.labels["site"] == "test")
            byLabels[point.labels.filter { !["instance", "job", "site"].contains($0.key) }] = point.number
        }
        var compared = 0
        for (labels, first) in before.values where labels["__name__"]?.hasPrefix("node_") == true {
            guard let last = after.values[labels] else { continue }
            let value = try #require(byLabels[labels], "\(labels) is missing at the destination")
            let name = labels["__name__"] ?? ""
            if before.parsed.family(name)?.type == .counter {
                // VictoriaMetrics keeps 15 digits, and some of node_exporter's divisions give 17.
                let slack = abs(last) * 1e-14
                #expect(first - slack <= value && value <= last + slack, "\(labels): \(first), \(value), \(last)")
                compared += 1
            } else if DeliveryTests.constants.contains(name) {
                #expect(value == first, "\(labels)")
                compared += 1
            }
        }
        #expect(compared > 60, "only \(compared) series could be compared")
    }
}
