import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What a running agent answers, and how it ends.
@Suite struct AgentEndpointTests {
    @Test func servesHostMetricsWithoutAHubOrABroker() async throws {
        let agent = try await RunningAgent()
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.value("node_load1") != nil)
        #expect(metrics.value("node_memory_MemTotal_bytes") != nil)
        for collector in [
            "cpu", "diskstats", "filesystem", "loadavg", "meminfo", "netdev", "stat", "thermal_zone", "time", "uname",
        ] {
            #expect(metrics.value("node_scrape_collector_success", ["collector": collector]) != nil, "\(collector)")
        }
        #expect(metrics.value("wayside_build_info", ["program": "wayside-agent", "version": "0.1.0"]) == 1)
    }

    @Test func servesOpenMetricsAndGzipWhenAsked() async throws {
        let agent = try await RunningAgent()
        let open = try await Web.shared.get(
            agent.metricsURL, headers: ["Accept": "application/openmetrics-text; version=1.0.0"])
        #expect(open.headers["Content-Type"]?.contains("openmetrics-text") == true)
        #expect(String(decoding: open.body.suffix(6), as: UTF8.self) == "# EOF\n")
        let packed = try Programs.run(
            "/usr/bin/curl", ["-sS", "-H", "Accept-Encoding: gzip", "-D", "-", "-o", "/dev/null", agent.metricsURL])
        #expect(packed.output.lowercased().contains("content-encoding: gzip"), "\(packed.output)")
    }

    @Test(.enabled(if: Programs.peer("promtool") != nil, "promtool is not installed"))
    func promtoolFindsNoFaultButInNamesThatOthersHaveFixed() async throws {
        let promtool = try #require(Programs.peer("promtool"))
        let agent = try await RunningAgent()
        let hub = try await RunningHub()
        for url in [agent.metricsURL, hub.base + "/metrics"] {
            _ = try await Web.shared.text(url)
            let result = try Programs.run("/bin/sh", ["-c", "curl -sS '\(url)' | \(promtool) check metrics"])
            let complaints = result.output.split(separator: "\n").filter { !FixedNames.excuse($0) }
            #expect(complaints.isEmpty, "\(url):\n\(complaints.joined(separator: "\n"))")
            #expect(!result.output.contains("error while linting"), "\(result.output)")
        }
    }

    /// Hub and broker take the connection and never answer, or refuse it.
    @Test(arguments: [true, false])
    func endsWithinFiveSecondsOfSIGTERM(_ isSilent: Bool) async throws {
        let listener = try SilentListener()
        let port = isSilent ? listener.port : 9
        let agent = try await RunningAgent(
            settings: "remote_write: [{url: \"http://127.0.0.1:\(port)/api/v1/write\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"mqtt://127.0.0.1:\(port)\"}]")
        try await Web.shared.wait(for: "samples to wait for the hub") {
            let buffer = try await Web.shared.json(agent.base + "/api/v1/buffer")["buffer"]
            return (buffer?["last_durable_record"]?.number ?? 0) > 0
        }
        let start = ContinuousClock.now
        #expect(agent.stop() == 0)
        // Not a limit of speed but the promise itself: SIGTERM ends the agent within 5 s, whatever does not answer.
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func sighupTakesGoodSettingsAndKeepsTheOldOnesOtherwise() async throws {
        let agent = try await RunningAgent()
        let path = agent.configPath
        let common = """
            http: {listen: "127.0.0.1:\(agent.port)"}
            mqtt: []
            """
        try writeText("agent: {id: [}\n" + common, to: path)
        agent.process?.signal(1)
        try await Web.shared.wait(for: "the refusal in the log") {
            agent.log.contains("settings not reloaded") && agent.log.contains("settings.yaml:1")
        }
        #expect(try await MetricsText.scrape(agent.metricsURL).value("node_load1") != nil)

        try writeText(
            "agent: {id: other, data_dir: \(agent.directory.path)/data}\nhost: {collectors: {disable: [loadavg]}}\n"
                + common, to: path)
        agent.process?.signal(1)
        try await Web.shared.wait(for: "the collector to be gone") {
            try await MetricsText.scrape(agent.metricsURL).value("node_load1") == nil
        }
        #expect(agent.log.contains("settings reloaded"))
    }

    @Test func aPortInUseIsNamedWithWhatToDo() async throws {
        let agent = try await RunningAgent()
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        try writeText(
            "agent: {data_dir: \(directory.path)/data}\nhttp: {listen: \"127.0.0.1:\(agent.port)\"}\nmqtt: []\n",
            to: directory.path + "/agent.yaml")
        let result = try Programs.run(Programs.agent, ["run", "--config", directory.path + "/agent.yaml"])
        #expect(result.exitCode == 1)
        #expect(result.output.contains("port \(agent.port) is in use"), "\(result.output)")
    }

    @Test func pathsThatDoNotExistNameThoseThatDo() async throws {
        let agent = try await RunningAgent()
        let reply = try await Web.shared.get(agent.base + "/metric")
        #expect(reply.status.code == 404)
        #expect(String(decoding: reply.body, as: UTF8.self).contains("/metrics"))
        #expect(try await Web.shared.json(agent.base + "/api/v1/devices")["devices"]?.elements.isEmpty == true)
        #expect(try await Web.shared.json(agent.base + "/api/v1/buffer")["destinations"]?.elements.isEmpty == true)
    }
}
