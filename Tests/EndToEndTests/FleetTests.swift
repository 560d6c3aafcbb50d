import Daemon
import HTTPExchange
import JSONText
import TestPeers
import Testing

/// What a hub says of its agents, with agents that die and come back.
@Suite struct FleetTests {
    @Test func aSilentAgentIsDownForTheHubForAlertsAndAfterTheHubsRestart() async throws {
        let hub = try await RunningHub(storage: "admin_api: true", settings: "fleet: {down_after: 5s}")
        let remoteWrite = "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s}]"
        let agent = try await RunningAgent(id: "gw-1", settings: remoteWrite)
        let other = try await RunningAgent(id: "gw-2", settings: remoteWrite)
        try await wait(hub, "both agents to be up") { fleet in
            // A gap is told by the interval, which takes three beats.
            fleet["up"]?.number == 2
                && (fleet["agents"]?.elements ?? []).allSatisfy {
                    $0["version"]?.text != nil && $0["interval_seconds"]?.number != nil
                }
        }
        let jobs = try await hub.query.vector("up{instance=\"gw-1\"}").compactMap { $0.labels["job"] }
        #expect(Set(jobs) == ["node", "devices", "wayside-agent"])

        agent.kill()
        try await wait(hub, "the killed agent to be down") { state($0, "gw-1") == "down" && state($0, "gw-2") == "up" }
        try await hub.web.wait(for: "up = 0 for each of its jobs, and its alert's series") {
            let up = try await hub.query.vector("up{instance=\"gw-1\"} == 0").compactMap { $0.labels["job"] }
            let alert = try await hub.query.vector("wayside_fleet_agent_up == 0").compactMap { $0.labels["agent"] }
            return Set(up) == Set(jobs) && alert == ["gw-1"]
        }
        #expect(try await hub.query.vector("up{instance=\"gw-2\"} == 0").isEmpty)

        // A hub that starts anew knows it from its store.
        hub.kill()
        try await hub.start()
        try await wait(hub, "the dead agent after the hub's restart, and its gap") {
            state($0, "gw-1") == "down" && reasons($0, "gw-1").contains("silent")
        }
        let screen = try Programs.run(Programs.hub, ["fleet", "--url", hub.base])
        #expect(screen.exitCode == 0)
        #expect(screen.output.contains("1 down"), "\(screen.output)")
        #expect(screen.output.contains("not heard"), "\(screen.output)")

        try await agent.start()
        try await wait(hub, "the agent to be back, its gap explained") {
            state($0, "gw-1") == "up" && reasons($0, "gw-1").contains("agent_restarted")
        }

        // What an operator deletes of an agent does not break the report: it is up by what comes next.
        let everything = PercentCoding.encode("{instance=\"gw-1\"}")
        let deletion = try await hub.web.send(
            .post, hub.base + "/api/v1/admin/tsdb/delete_series?match[]=" + everything)
        #expect(deletion.status.code == 204)
        try await wait(hub, "both agents to be up after that") {
            state($0, "gw-1") == "up" && state($0, "gw-2") == "up"
        }
        try await hub.web.wait(for: "samples of the agent") {
            try await !hub.query.vector("up{instance=\"gw-1\"} == 1").isEmpty
        }
        withExtendedLifetime(other) {}
    }

    private func find(_ fleet: JSONValue, _ agent: String) -> JSONValue? {
        fleet["agents"]?.elements.first { $0["agent"]?.text == agent }
    }

    private func state(_ fleet: JSONValue, _ agent: String) -> String? { find(fleet, agent)?["state"]?.text }

    /// Why there are gaps.
    private func reasons(_ fleet: JSONValue, _ agent: String) -> [String] {
        (find(fleet, agent)?["gaps"]?.elements ?? []).compactMap { $0["reason"]?.text }
    }

    private func wait(_ hub: RunningHub, _ what: String, _ holds: (JSONValue) -> Bool) async throws {
        try await hub.web.wait(for: what) { holds(try await hub.web.json(hub.base + "/api/v1/fleet")) }
    }
}
