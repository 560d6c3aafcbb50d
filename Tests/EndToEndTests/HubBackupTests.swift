import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// `wayside-hub store backup` while agents and writers that never pause go on.
@Suite struct HubBackupTests {
    @Test func aBackupUnderFullLoadIsRestoredByCopyingAndAnswersTheSame() async throws {
        let hub = try await RunningHub()
        let proxy = try RecordingProxy(before: hub)
        let agents = try await [
            RunningAgent(id: "gw-1", settings: "remote_write: [{url: \"\(proxy.url)\", batch_for: 1s}]"),
            RunningAgent(id: "gw-2", settings: "remote_write: [{url: \"\(proxy.url)\", batch_for: 1s}]"),
        ]
        let load = LoadGenerator(url: proxy.url, writerCount: 4)
        try await Web.shared.wait(for: "both agents") { proxy.acknowledgedSenders.isSuperset(of: ["gw-1", "gw-2"]) }
        let sealed = await hub.seal()
        #expect(sealed.status == 200, "\(sealed.text)")
        try await proxy.waitForAcknowledgements(50)

        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let before = proxy.acknowledged
        let copied = try hub.store("backup", directory.path + "/copy")
        #expect(copied.exitCode == 0, "\(copied.output)")
        #expect(copied.output.contains("done by the running hub"))
        try await proxy.waitForAcknowledgements(50)
        try await load.stop()
        for agent in agents { agent.stop() }

        let other = try RunningHub(prepared: ())
        let moved = try Programs.run("cp", ["-r", directory.path + "/copy", other.storageDirectory])
        #expect(moved.exitCode == 0, "\(moved.output)")
        let verified = try other.store("verify")
        #expect(verified.exitCode == 0, "\(verified.output)")
        try await other.start()
        let acknowledged = try AcknowledgedSamples(before)
        for query in [other.query, hub.query] {
            let faults = try await acknowledged.faults(inAnswersOf: query)
            #expect(faults.isEmpty, "\(faults.count) faults: \(faults.sorted().prefix(5))")
        }
        #expect(acknowledged.sampleCount > 500)
        // It goes on from there: its seal lets the copied log go, and nothing comes twice.
        let again = await other.seal()
        #expect(again.status == 200, "\(again.text)")
        let faults = try await acknowledged.faults(inAnswersOf: other.query)
        #expect(faults.isEmpty, "\(faults.count) faults: \(faults.sorted().prefix(5))")
        #expect(try await other.metric("wayside_store_received_samples_total", ["outcome": "conflict"]) == 0)
    }
}
