import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// Real senders write to the hub and, at the same time, to a Prometheus; the hub must hold what Prometheus holds.
@Suite(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
struct ReceiverTests {
    @Test func prometheusInAgentMode() async throws {
        let hub = try await RunningHub()
        let reference = try RunningPeer.prometheus()
        let exporter = try RunningPeer.nodeExporter()
        let sender = try RunningPeer.prometheusAgent(
            scraping: [exporter.port], into: [hub.writeURL, reference.base + "/api/v1/write"])
        try await check(hub, reference)
        _ = sender
    }

    @Test(.enabled(if: Programs.peer("vmagent") != nil, "vmagent is not installed"))
    func vmagent() async throws {
        let hub = try await RunningHub()
        let reference = try RunningPeer.prometheus()
        let exporter = try RunningPeer.nodeExporter()
        let sender = try RunningPeer.vmagent(
            scraping: [exporter.port], into: [hub.writeURL, reference.base + "/api/v1/write"])
        try await check(hub, reference)
        _ = sender
    }

    /// The time of the last scrape but one, which is whole for certain.
    private func wholeScrapes(_ samples: [[String: String]: [(Int64, String)]]) throws -> Int64 {
        let times = try #require(samples.first { $0.key["__name__"] == "node_load1" }).value.map(\.0)
        return try #require(times.dropLast().last)
    }

    /// Waits for five scrapes at both, then compares every sample of the scrapes that both have whole.
    private func check(_ hub: RunningHub, _ reference: RunningPeer) async throws {
        let count = "count_over_time(node_load1[1h])"
        for query in [hub.query, reference.query] {
            try await Web.shared.wait(for: "five scrapes at \(query.base)") {
                (try await query.vector(count).first?.number ?? 0) >= 5
            }
        }
        let expected = try await reference.query.samples("{job=\"peer\"}[1h]")
        let stored = try await hub.query.samples("{job=\"peer\"}[1h]")
        let horizon = try min(wholeScrapes(expected), wholeScrapes(stored))
        #expect(expected.count > 100)
        let differences = expected.compactMap { labels, samples -> String? in
            let wanted = samples.filter { $0.0 <= horizon }
            let found = (stored[labels] ?? []).filter { $0.0 <= horizon }
            return found.elementsEqual(wanted, by: ==) ? nil : "\(labels): \(found) is not \(wanted)"
        }
        // One scrape that is missing is missing in all series: the first is enough to see which.
        #expect(differences.count == 0, "of \(expected.count) series; \(differences.min() ?? "")")
        for expression in ["sum by (mode) (node_cpu_seconds_total)", "node_memory_MemTotal_bytes", "max(node_load1)"] {
            let at = Double(horizon) / 1000
            let left = Set(try await hub.query.vector(expression, at: at))
            let right = Set(try await reference.query.vector(expression, at: at))
            #expect(left == right, "\(expression)")
        }
    }
}
