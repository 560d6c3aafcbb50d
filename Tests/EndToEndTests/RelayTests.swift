import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import TestPeers
import Testing

/// Two hubs, one behind the other, and what stands behind them.
@Suite(.enabled(if: Programs.peer("prometheus") != nil && Programs.peer("victoria-metrics") != nil))
struct RelayTests {
    @Test func everythingAcknowledgedIsInEachReceiverOnceThoughEachWasAway() async throws {
        let prometheus = try RunningPeer.prometheus()
        // A VictoriaMetrics keeps equal points twice where a request comes again, unless it is told not to.
        let victoria = try RunningPeer.victoriaMetrics(options: ["-dedup.minScrapeInterval=1ms"])
        let second = try RunningHub(
            prepared: (),
            settings: """
                hub: {id: hub-b}
                relay:
                  - {name: prometheus, url: "\(prometheus.base)/api/v1/write", buffer_size: 8MiB}
                  - {name: victoria, url: "\(victoria.base)/api/v1/write", buffer_size: 8MiB, drop: [left_out]}
                """)
        try await second.start()
        let first = try RunningHub(
            prepared: (),
            settings: """
                hub: {id: hub-a, data_dir: DIRECTORY/data}
                relay: [{name: hub-b, url: "\(second.writeURL)", buffer_size: 8MiB}]
                """, stores: false)
        try await first.start()

        let sender = TracedSenders(url: first.writeURL)
        let agent = Task { try await sender.sendAll(asAgent: true) }
        let plain = Task { try await sender.sendAll(asAgent: false) }
        try await sender.waitFor(acknowledged: 40)
        first.kill()
        try first.launch()
        try await sender.waitFor(acknowledged: 80)
        prometheus.stop()
        try await sender.waitFor(acknowledged: 120)
        try prometheus.startAgain()
        victoria.stop()
        try await sender.waitFor(acknowledged: 160)
        second.stop()
        try victoria.startAgain()
        try await sender.waitFor(acknowledged: 200)
        first.kill()
        try await second.start()
        try first.launch()
        try await agent.value
        try await plain.value

        let receivers = [("hub-b", second.query), ("prometheus", prometheus.query), ("victoria", victoria.query)]
        for (name, query) in receivers {
            try await Web.shared.wait(for: "all samples in \(name)", seconds: 60) {
                try await sender.missing(in: query).isEmpty
            }
            #expect(try await sender.surplus(in: query).isEmpty, "\(name)")
        }
        #expect(try await victoria.query.samples("left_out[1h]").isEmpty)
        #expect(try await !prometheus.query.samples("left_out[1h]").isEmpty)
        try await expectFigures(first, second)
    }

    private func expectFigures(_ first: RunningHub, _ second: RunningHub) async throws {
        let metrics = try await MetricsText.scrape(second.base + "/metrics")
        #expect(metrics.value("wayside_store_received_samples_total", ["outcome": "conflict"]) == 0)
        #expect(metrics.value("wayside_relay_lag_seconds", ["target": "prometheus"]) == 0)
        #expect(
            (metrics.value("wayside_relay_left_out_samples_total", ["target": "victoria", "reason": "drop"]) ?? 0) > 0)
        for reason in ["overwritten", "resized", "memory_full", "damaged", "unreadable", "over_buffer", "too_large"] {
            for target in ["prometheus", "victoria"] {
                let labels = ["target": target, "reason": reason]
                #expect(metrics.value("wayside_relay_dropped_requests_total", labels) == 0, "\(target) \(reason)")
            }
        }
        let page = try await Web.shared.json(first.base + "/api/v1/relay")
        #expect(page["hub"]?.text == "hub-a")
        let target = try #require(page["targets"]?.elements.first)
        #expect(target["protocol"]?.text == "2.0" && target["last_error"]?.text == nil)
        #expect(second.log.contains("remote write 1.0 from now on"))
    }

    @Test func hubsThatRelayInACirclePassARequestOnceAndSayWhy() async throws {
        let first = try RunningHub(prepared: ())
        let second = try RunningHub(
            prepared: (), settings: "hub: {id: hub-b}\nrelay: [{name: back, url: \"\(first.writeURL)\"}]")
        let further = "hub: {id: hub-a}\nrelay: [{name: \"on\", url: \"\(second.writeURL)\"}]\n"
        try writeText(try readText(first.configPath) + "\n" + further, to: first.configPath)
        try await first.start()
        try await second.start()
        let sender = TracedSenders(url: first.writeURL, requestCount: 1)
        try await sender.sendAll(asAgent: true)
        try await sender.sendAll(asAgent: false)
        try await Web.shared.wait(for: "the circle to be found") { second.log.contains("lead in a circle") }
        try await Web.shared.wait(for: "both to have come round") {
            let metrics = try await MetricsText.scrape(first.base + "/metrics")
            return metrics.value("wayside_write_requests_total", ["outcome": "circular"]) == 2
        }
        #expect(try await sender.missing(in: second.query).isEmpty)
        let metrics = try await MetricsText.scrape(first.base + "/metrics")
        #expect(metrics.value("wayside_write_requests_total", ["outcome": "stored"]) == 2)
    }
}
