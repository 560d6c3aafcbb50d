import Glibc
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// A gateway that starts before its name service does.
@Suite(.enabled(if: geteuid() == 0, "only root can give a process an /etc/hosts of its own"))
struct UnresolvedNameTests {
    /// The agent sees an /etc/hosts of its own, at first without the names of hub and broker in it.
    @Test func namesThatResolveLater() async throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let hosts = directory.path + "/hosts"
        try writeText("127.0.0.1 localhost\n", to: hosts)
        try writeText("hosts: files\n", to: directory.path + "/nsswitch.conf")
        let hub = try await RunningHub()
        let broker = try MosquittoBroker()
        try broker.start()
        let mounts =
            "mount --bind \(hosts) /etc/hosts && mount --bind \(directory.path)/nsswitch.conf /etc/nsswitch.conf"
        let agent = try RunningAgent(
            prepared: "test-gateway",
            settings: "remote_write: [{url: \"http://hub.test:\(hub.port)/api/v1/write\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"mqtt://broker.test:\(broker.port)\", ack_within: 200ms}]",
            launcher: ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", mounts + " && exec \"$0\" \"$@\""])
        try await agent.start()
        try await Web.shared.wait(for: "both names in the log; \(agent.log)") {
            agent.log.contains("hub.test") && agent.log.contains("broker.test")
        }
        let first = try await MetricsText.scrape(agent.metricsURL)
        let begin = try #require(first.value("node_time_seconds"))
        // Written in place: the mount shows this very file.
        try writeText("127.0.0.1 localhost hub.test broker.test\n", to: hosts)
        try await Web.shared.wait(for: "the samples taken since the start") {
            let times = try await hub.query.samples("node_time_seconds[1h]").values.first?.map(\.0) ?? []
            return (times.first ?? .max) <= Int64(begin * 1000)
        }
        try await Web.shared.wait(for: "the broker") {
            let metrics = try await MetricsText.scrape(agent.metricsURL)
            return metrics.all("mqtt_connection_status").values.contains(1)
        }
        #expect(agent.stop() == 0)
    }
}
