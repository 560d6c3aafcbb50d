import Daemon
import HTTPExchange
import LinuxSystem
import MetricModel
import RemoteWrite
import RingLog
import TestPeers
import TestValues
import Testing

/// History out of a hub and into one, beside a real Prometheus.
@Suite struct HistoryTests {
    // MARK: Export

    @Test(.enabled(if: Programs.peer("prometheus") != nil && Programs.peer("promtool") != nil))
    func anExportBecomesBlocksOfAPrometheusThatAnswersTheSame() async throws {
        let hub = try await RunningHub()
        let history = MadeHistory(seed: 1, minutes: 300, isPlain: false)
        try await history.send(to: hub.writeURL, format: .writeRequest2)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let text = directory.path + "/out.om"
        let running = try Programs.run(Programs.hub, ["store", "export", "--config", hub.configPath, "--output", text])
        #expect(running.exitCode == 0, "\(running.output)")
        #expect(running.output.contains("stale markers \(history.staleCount)"), "\(running.output)")
        #expect(running.output.contains("payloads of NaNs \(history.payloadCount)"), "\(running.output)")
        #expect(try readText(text).hasSuffix("\n# EOF\n"))

        let blocks = directory.path + "/blocks"
        let made = try Programs.run(
            Programs.peer("promtool") ?? "", ["tsdb", "create-blocks-from", "openmetrics", text, blocks])
        #expect(made.exitCode == 0, "\(made.output)")
        let prometheus = try RunningPeer.prometheus(onBlocks: blocks)
        try await Web.shared.wait(for: "Prometheus to be ready") {
            try await Web.shared.get(prometheus.base + "/-/ready").status == .ok
        }
        for name in history.names {
            let selector = "{__name__=\"\(name)\"}[6h]"
            let (ours, theirs) = (try await hub.query.samples(selector), try await prometheus.query.samples(selector))
            #expect(!ours.isEmpty && Self.texts(ours) == Self.texts(theirs), "\(name)")
        }

        // The directory itself says the same as the hub did.
        hub.stop()
        let again = directory.path + "/again.om"
        let offline = try Programs.run(
            Programs.hub, ["store", "export", "--config", hub.configPath, "--output", again])
        #expect(offline.exitCode == 0, "\(offline.output)")
        #expect(try readText(again) == readText(text))
        withExtendedLifetime(directory) {}
    }

    private static func texts(_ samples: [[String: String]: [(Int64, String)]]) -> [[String: String]: [String]] {
        samples.mapValues { $0.map { "\($0.0) \($0.1)" } }
    }

    @Test func anExportToAURLIsInTheOtherHubToTheBit() async throws {
        let (first, second) = (try await RunningHub(), try await RunningHub())
        let history = MadeHistory(seed: 2, minutes: 200, isPlain: true)
        try await history.send(to: first.writeURL, format: .writeRequest2)
        let sent = try Programs.run(
            Programs.hub, ["store", "export", "--config", first.configPath, "--url", second.writeURL])
        #expect(sent.exitCode == 0, "\(sent.output)")
        #expect(try await RemoteRead.samples(of: second.base).samples == history.samples)
        // By the name of a relay, with what matches only.
        let third = try await RunningHub()
        let settings = try readText(first.configPath) + "\nrelay: [{name: third, url: \"\(third.writeURL)\"}]\n"
        let path = first.configPath + ".relay"
        try writeText(settings, to: path)
        let relayed = try Programs.run(
            Programs.hub,
            ["store", "export", "--config", path, "--relay", "third", "--match", "plain_total", "--match", "{n=\"1\"}"])
        #expect(relayed.exitCode == 0, "\(relayed.output)")
        let expected = history.samples.filter { $0.key.metricName == "plain_total" || $0.key["n"] == "1" }
        #expect(try await RemoteRead.samples(of: third.base).samples == expected && expected.count > 2)
    }

    // MARK: Import

    @Test(.enabled(if: Programs.peer("prometheus") != nil))
    func aPrometheusIsImportedToTheBitByChunksAndByHubsBySamples() async throws {
        let prometheus = try RunningPeer.prometheus()
        try await Web.shared.wait(for: "Prometheus to be ready") {
            try await Web.shared.get(prometheus.base + "/-/ready").status == .ok
        }
        let history = MadeHistory(seed: 3, minutes: 40, isPlain: true)
        try await history.send(to: prometheus.base + "/api/v1/write", format: .writeRequest1)
        // Prometheus's own two answers are the same to our readers, and what was sent.
        let chunks = try await RemoteRead.samples(of: prometheus.base)
        let plain = try await RemoteRead.samples(of: prometheus.base, accepted: [.samples])
        #expect(chunks.kind == .chunks && plain.kind == .samples)
        #expect(chunks.samples == history.samples)
        // Its encoder takes a -0 for the default that need not be written.
        let written = history.samples.mapValues { $0.mapValues { $0 == (-0.0).bitPattern ? 0 : $0 } }
        #expect(plain.samples == written)

        let hub = try await RunningHub()
        let imported = try Programs.run(
            Programs.hub, ["import", "prometheus", prometheus.base, "--config", hub.configPath])
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(try await RemoteRead.samples(of: hub.base).samples == history.samples)
        // Again, it is all there already; and from that hub into another.
        let again = try Programs.run(
            Programs.hub, ["import", "prometheus", prometheus.base + "/api/v1/read", "--url", hub.base])
        #expect(again.exitCode == 0 && again.output.contains("already there: "), "\(again.output)")
        let other = try await RunningHub()
        let second = try Programs.run(Programs.hub, ["import", "prometheus", hub.base, "--url", other.base])
        #expect(second.exitCode == 0, "\(second.output)")
        #expect(try await RemoteRead.samples(of: other.base).samples == history.samples)
    }

    @Test func aFileComesBackAsItWasExported() async throws {
        let (first, second) = (try await RunningHub(), try await RunningHub())
        let history = MadeHistory(seed: 4, minutes: 120, isPlain: false)
        try await history.send(to: first.writeURL, format: .writeRequest2)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let text = directory.path + "/out.om"
        let exported = try Programs.run(
            Programs.hub, ["store", "export", "--config", first.configPath, "--output", text])
        #expect(exported.exitCode == 0, "\(exported.output)")
        // By a pipe, which has no size and comes in pieces.
        let command = "cat \(text) | \(Programs.hub) import openmetrics - --url \(second.base)"
        let imported = try Programs.run("/bin/sh", ["-c", command])
        #expect(imported.exitCode == 0, "\(imported.output)")
        #expect(try await RemoteRead.samples(of: second.base).samples == history.samplesAsText)
        let metadata = try await Web.shared.json(second.base + "/api/v1/metadata?metric=made_celsius")["data"]
        #expect(metadata?["made_celsius"]?.elements.first?["type"]?.text == "gauge")
        withExtendedLifetime(directory) {}
    }

    @Test func mistakesNameTheirPlaceAndWhereToGoOn() async throws {
        let hub = try await RunningHub()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/in.om"
        let now = Clocks.unixMilliseconds() / 1000
        func run(_ text: String, _ more: [String] = []) throws -> (exitCode: Int32, output: String) {
            try writeText(text, to: path)
            return try Programs.run(Programs.hub, ["import", "openmetrics", path, "--url", hub.base] + more)
        }
        let damaged = "a 1 \(now - 9)\na 2 \(now - 8)\nb{x=1} 3 \(now)\na 4 \(now - 7)\n# EOF\n"
        let stopped = try run(damaged)
        #expect(stopped.exitCode == 1)
        for part in ["\(path): line 3, column 5: expected a quoted value", "go on with --from-line 3"] {
            #expect(stopped.output.contains(part), "\(stopped.output)")
        }
        #expect(try await hub.query.samples("a[1m]").values.first?.count == 2)
        let on = try run(damaged, ["--from-line", "4"])
        #expect(on.exitCode == 0, "\(on.output)")
        #expect(try await hub.query.samples("a[1m]").values.first?.count == 3)

        let timeless = try run("a 1\n# EOF\n")
        #expect(timeless.exitCode == 1 && timeless.output.contains("\(path):1: the sample has no time"))
        let old = try run("a 1 1000000000\n# EOF\n")
        #expect(old.exitCode == 1 && old.output.contains("2001-09-09T01:46:40.000Z, older than the hub keeps"))
        let passed = try run("a 1 1000000000\na 5 \(now - 6)\n# EOF\n", ["--start", "\(now - 60)"])
        #expect(passed.exitCode == 0 && passed.output.contains("left out: outside --start and --end 1"))
        let milliseconds = try run("a 1 \(now * 1000)\n", [])
        #expect(milliseconds.exitCode == 1 && milliseconds.output.contains("give --format text"))
        let text = try run("a 6 \(now * 1000 - 5000)\n", ["--format", "text"])
        #expect(text.exitCode == 0, "\(text.output)")
        #expect(try await hub.query.samples("a[1m]").values.first?.count == 5)
        let cut = try run("a 7 \(now - 4)\n")
        #expect(cut.exitCode == 1 && cut.output.contains("no # EOF"))
        let ahead = try run("a 1 \(now + 7200)\n# EOF\n")
        #expect(ahead.exitCode == 1 && ahead.output.contains("refused: too_far_ahead 1"), "\(ahead.output)")

        let range = try Programs.run(
            Programs.hub, ["import", "prometheus", hub.base, "--url", hub.base, "--start", "2001-09-09T01:46:40Z"])
        #expect(range.exitCode == 2 && range.output.contains("keeps samples for 90d"), "\(range.output)")
        #expect(range.output.contains("raise its storage.retention, or give --start 20"))
        withExtendedLifetime(directory) {}
    }
}

extension RunningPeer {
    /// Prometheus with blocks that were made elsewhere.
    static func prometheus(onBlocks path: String) throws -> RunningPeer {
        try RunningPeer(Programs.peer("prometheus") ?? "prometheus") { port, directory in
            try writeText("global: {scrape_interval: 1h}\n", to: directory + "/prometheus.yml")
            return [
                "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(path)",
                "--web.listen-address=127.0.0.1:\(port)",
            ]
        }
    }
}
