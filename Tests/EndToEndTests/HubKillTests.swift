import Daemon
import Glibc
import HTTPExchange
import LinuxSystem
import TestPeers
import TestValues
import Testing

/// What a hub has acknowledged it has, once, whenever it is killed.
struct HubKillTests {
    /// Agents, Debian's Prometheus and vmagent, and writers that never pause, while the hub is killed again and again at
    /// seeded moments: while it takes requests, while it seals, and while it brings a day into its final form.
    @Test(.enabled(if: Programs.peer("prometheus") != nil && Programs.peer("vmagent") != nil))
    func aStormOfKillsUnderTheLoadOfEverySender() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("kill storm of the hub: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let hub = try await RunningHub()
        let proxy = try RecordingProxy(before: hub)
        let agents = try await [
            RunningAgent(id: "gw-1", settings: "remote_write: [{url: \"\(proxy.url)\", batch_for: 1s}]"),
            RunningAgent(id: "gw-2", settings: "remote_write: [{url: \"\(proxy.url)\", batch_for: 1s}]"),
        ]
        let exporter = try RunningPeer.nodeExporter()
        let prometheus = try RunningPeer.prometheusAgent(
            scraping: [exporter.port], into: [proxy.url], interval: "500ms")
        let vmagent = try RunningPeer.vmagent(scraping: [exporter.port], into: [proxy.url], interval: "500ms")
        let load = LoadGenerator(url: proxy.url)
        let senders: Set = ["gw-1", "gw-2", "load-agent", "prometheus", "vmagent", "wayside-tests"]
        try await Web.shared.wait(for: "every sender to be heard: \(proxy.acknowledgedSenders)") {
            proxy.acknowledgedSenders.isSuperset(of: senders)
        }

        for round in 1...10 {
            try await proxy.waitForAcknowledgements(Int.random(in: 1...60, using: &random))
            let orders = hub.orders
            let seals = round > 2 ? Task { await orders.sealUntilTheEnd() } : nil
            if round.isMultiple(of: 3) {
                // The new file of a day is being written, beside the one that counts.
                try Condition.wait(for: "a rewrite") { try hub.storageNames.contains { $0.hasSuffix(".db.tmp") } }
            }
            usleep(UInt32.random(in: 0...150_000, using: &random))
            hub.kill()
            await seals?.value
            try await hub.start()
        }
        let before = proxy.acknowledged.count
        try await Web.shared.wait(for: "every sender to be heard again") {
            Set(proxy.acknowledged[before...].map(RecordingProxy.senderName)).isSuperset(of: senders)
        }
        try await load.stop()
        for agent in agents { agent.stop() }
        prometheus.stop()
        vmagent.stop()
        try await expectWhatWasAcknowledged(by: hub, proxy)
    }

    /// Asks the hub, then again when everything is in its final form, then reads the files.
    private func expectWhatWasAcknowledged(by hub: RunningHub, _ proxy: RecordingProxy) async throws {
        let acknowledged = try AcknowledgedSamples(proxy.acknowledged)
        print("\(proxy.acknowledgedCount) requests with \(acknowledged.sampleCount) samples; \(proxy.answers)")
        func expect(_ faults: [String], _ when: String) {
            #expect(faults.isEmpty, "\(when), \(faults.count) faults: \(faults.sorted().prefix(5))")
        }
        hub.kill()
        try await hub.start()
        expect(try await acknowledged.faults(inAnswersOf: hub.query), "after the last kill")
        for (metric, labels) in [
            ("wayside_store_replay_failures_total", [:]), ("wayside_store_damaged_files_total", [:]),
            ("wayside_store_damaged_chunks_total", [:]), ("wayside_store_seal_failures_total", [:]),
            ("wayside_store_received_samples_total", ["outcome": "conflict"]),
        ] {
            #expect(try await hub.metric(metric, labels) == 0, "\(metric)")
        }
        let sealed = try hub.store("seal")
        #expect(sealed.exitCode == 0, "\(sealed.output)")
        expect(try await acknowledged.faults(inAnswersOf: hub.query), "in the final form")
        #expect(hub.stop() == 0)
        let verified = try hub.store("verify")
        #expect(verified.exitCode == 0, "\(verified.output)")
        expect(try acknowledged.faults(inStoreAt: hub.storageDirectory), "in the files")
        let strange = try hub.storageNames.filter { $0.contains(".tmp") || $0.contains(".damaged") }
        #expect(strange.isEmpty)
    }
}
