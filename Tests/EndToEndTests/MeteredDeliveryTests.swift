import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// What a destination is sent, and in which order, against the real hub.
@Suite struct MeteredDeliveryTests {
    @Test func resolutionKeepAndDropSendLessAndTheBufferKeepsAll() async throws {
        let broker = try MosquittoBroker()
        try broker.start()
        let thin = try await RunningHub()
        let whole = try await RunningHub()
        let filter = #"resolution: {devices: 1s}, drop: ["node_cpu_*", '*{device="lo"}']"#
        let agent = try await RunningAgent(
            settings: """
                remote_write:
                  - {url: "\(thin.writeURL)", batch_for: 1s, \(filter)}
                  - {url: "\(whole.writeURL)", batch_for: 1s}
                """,
            mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 200ms}]")
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "2", "--rate", "20", "--seed", "3"], broker: broker.url)
        let selector = "{__name__=\"sensor_sequence\"}[1h]"
        try await Web.shared.wait(for: "twelve seconds of both devices") {
            let series = try await thin.query.samples(selector)
            return series.count == 2 && series.values.allSatisfy { $0.count >= 12 }
        }
        _ = try fleet.stop()
        for (labels, samples) in try await thin.query.samples(selector) {
            let seconds = samples.map { $0.0 / 1000 }
            #expect(Set(seconds).count == seconds.count, "\(labels) has two samples of one second")
        }
        // The other destination of the same ring has every message, and of each second the first is the one sent.
        try await Web.shared.wait(for: "the whole at the other hub") {
            let few = try await thin.query.samples(selector)
            let all = try await whole.query.samples(selector)
            return few.allSatisfy { labels, samples in
                let firsts = Dictionary(grouping: all[labels] ?? [], by: { $0.0 / 1000 }).compactMapValues(\.first)
                return samples.allSatisfy { firsts[$0.0 / 1000]?.1 == $0.1 } && firsts.count <= samples.count
            }
        }
        for selector in ["node_cpu_seconds_total", "{device=\"lo\"}"] {
            let dropped = try await thin.query.samples("\(selector)[1h]")
            let kept = try await whole.query.samples("\(selector)[1h]")
            #expect(dropped.isEmpty && !kept.isEmpty, "\(selector)")
        }
        let kept = try await thin.query.samples("node_load1[1h]")
        #expect(!kept.isEmpty)
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        for reason in ["drop", "resolution"] {
            let count = metrics.value(
                "wayside_remote_write_left_out_samples_total", ["url": thin.writeURL, "reason": reason])
            #expect(count ?? 0 > 0, "\(reason)")
        }
    }

    @Test func newestFirstShowsThePresentBeforeTheBacklogHasDrainedAndThenEverything() async throws {
        let away = try await RunningHub()
        let witness = try await RunningHub()
        // A tick costs some 0.8 kB, so the backlog drains at less than two ticks a second.
        let few = "keep: [node_time_seconds, \"node_load*\"]"
        let agent = try await RunningAgent(
            settings: """
                remote_write:
                  - {url: "\(away.writeURL)", batch_for: 1s, \(few), catch_up: newest_first, rate_limit: 2KiB}
                  - {url: "\(witness.writeURL)", batch_for: 1s, \(few)}
                """)
        let selector = "node_time_seconds[1h]"
        func times(_ hub: RunningHub) async throws -> [Int64] {
            try await hub.query.samples(selector).values.first?.map(\.0) ?? []
        }
        try await Web.shared.wait(for: "the first samples") { try await times(away).count > 2 }
        away.kill()
        let before = try await times(witness).count
        try await Web.shared.wait(for: "an outage of 30 ticks") { try await times(witness).count > before + 30 }
        try await away.start()
        try await Web.shared.wait(for: "the present at the hub, with a backlog behind it") {
            let page = try await Web.shared.json(agent.base + "/api/v1/buffer")
            let backlog = page["destinations"]?.elements.first?["backlog_records"]?.number ?? 0
            let newest = try await times(away).last ?? 0
            let present = try await times(witness).last ?? .max
            let count = try await times(away).count
            let all = try await times(witness).count
            return backlog > 0 && newest > present - 4000 && count < all - 8
        }
        let present = try await times(witness)
        try await Web.shared.wait(for: "everything at the hub, once") {
            let arrived = try await times(away)
            return Array(arrived.prefix(present.count)) == present
        }
        let arrived = try await times(away)
        #expect(Set(arrived).count == arrived.count)
        #expect(agent.log.contains("live samples go before the backlog"))
        try await Web.shared.wait(for: "one lane again") { agent.log.contains("the backlog has been sent") }
    }

    /// What the day has cost is known to a run that follows a killed one: it sends nothing more.
    @Test func aDaysBytesHoldAcrossAKill() async throws {
        let receiver = try ScriptedReceiver("receiver")
        let agent = try await RunningAgent(
            settings: "remote_write: [{url: \"\(receiver.url)\", batch_for: 1s, daily_bytes: 60kB}]")
        func waitUntilHeld() async throws {
            try await Web.shared.wait(for: "the end of the day's bytes") {
                let page = try await Web.shared.json(agent.base + "/api/v1/buffer")
                return page["destinations"]?.elements.first?["held_by"]?.text == "daily_bytes"
            }
        }
        let day = Clocks.unixMilliseconds() / 86_400_000
        try await waitUntilHeld()
        let sent = receiver.exchanges.count
        agent.kill()
        try await agent.start()
        try await waitUntilHeld()
        // Midnight in between allows more.
        #expect(receiver.exchanges.count == sent || Clocks.unixMilliseconds() / 86_400_000 != day)
        #expect(sent > 1 && agent.stop() == 0)
    }

    @Test func aCollectorSwitchedOffOverARestartEndsItsSeriesAtOnce() async throws {
        let hub = try await RunningHub()
        let agent = try await RunningAgent(settings: "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s}]")
        try await Web.shared.wait(for: "the load at the hub") {
            try await !hub.query.vector("node_load1").isEmpty
        }
        agent.kill()
        let settings = try Files.readText(agent.configPath)
        let changed = settings.replacing(
            "host: {interval: 1s}", with: "host: {interval: 1s, collectors: {disable: [loadavg]}}")
        #expect(changed != settings)
        try writeText(changed, to: agent.configPath)
        try await agent.start()
        // Without a marker a query would show it for another five minutes.
        try await Web.shared.wait(for: "the end of the load's series") {
            try await hub.query.vector("node_load1").isEmpty
        }
        let others = try await hub.query.vector("node_memory_MemTotal_bytes")
        #expect(others.count == 1)
    }
}
