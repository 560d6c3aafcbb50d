import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// The programs as their users start them.
@Suite struct CommandTests {
    @Test func theSampleSettingsAreInOrder() throws {
        let agent = try Programs.run(Programs.agent, ["check-config", "--config", sample("agent.yaml")])
        #expect(agent.exitCode == 0, "\(agent.output)")
        let hub = try Programs.run(Programs.hub, ["check-config", "--config", sample("hub.yaml")])
        #expect(hub.exitCode == 0, "\(hub.output)")
    }

    @Test func checkConfigReportsEveryProblemWithItsPlaceAndTheClosestKey() throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/agent.yaml"
        try writeText(
            """
            agent: {id: gw-7, data_dirr: /tmp}
            host:
              interval: soon
            remote_write:
              - {url: "http://hub:9661/api/v1/write", batch_fr: 15s}
            """, to: path)
        let result = try Programs.run(Programs.agent, ["check-config", "--config", path])
        #expect(result.exitCode == 2)
        for part in [
            "\(path):1:19: agent.data_dirr", "did you mean \"data_dir\"", "\(path):3:13: host.interval",
            "remote_write[0].batch_fr", "did you mean \"batch_for\"", "3 problems",
        ] {
            #expect(result.output.contains(part), "\(part) is missing in:\n\(result.output)")
        }
    }

    @Test(arguments: [Programs.agent, Programs.hub])
    func aMistypedCommandEndsWithTwoAndSaysSo(_ program: String) throws {
        let result = try Programs.run(program, ["rnu"])
        #expect(result.exitCode == 2)
        #expect(result.output.contains("rnu"), "\(result.output)")
    }

    @Test(arguments: [Programs.agent, Programs.hub, Programs.device])
    func helpFitsAScreen(_ program: String) throws {
        let result = try Programs.run(program, ["--help"])
        #expect(result.exitCode == 0)
        #expect(result.output.split(separator: "\n").count < 40)
    }

    @Test func statusWithoutAnAgentSaysWhatToTryNext() throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        try writeText("agent: {data_dir: \(directory.path)/none}\n", to: directory.path + "/agent.yaml")
        let result = try Programs.run(Programs.agent, ["status", "--config", directory.path + "/agent.yaml"])
        #expect(result.exitCode == 3)
        #expect(result.output.contains("systemctl status wayside-agent"), "\(result.output)")
    }

    private func sample(_ name: String) -> String { Programs.packageRoot + "/config/" + name }
}
