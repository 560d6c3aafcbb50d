import TestPeers
import Testing

/// What a real mosquitto says of itself, as metrics.
@Suite struct BrokerMetricsTests {
    @Test func whatTheBrokerSaysIsInTheHubUntilTheBrokerGoes() async throws {
        let broker = try MosquittoBroker(settings: ["sys_interval 1"])
        try broker.start()
        let hub = try await RunningHub()
        let agent = try await RunningAgent(
            settings: "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s}]",
            mqtt: "mqtt: [{url: \"\(broker.url)\", ack_within: 200ms}]")
        let selector = "{job=\"mosquitto\",instance=\"test-gateway\",broker=\"\(broker.url)\"}"
        try await Web.shared.wait(for: "the broker's uptime in the hub") {
            try await (hub.query.vector("broker_uptime" + selector).first?.number ?? 0) >= 1
        }
        // The agent's two sessions, and the second one has subscribed.
        let connected = try await hub.query.vector("broker_clients_connected" + selector)
        #expect(connected.map(\.number) == [2])
        let page = try await MetricsText.scrape(agent.metricsURL)
        let names = Set(page.values.keys.compactMap { $0["__name__"] }.filter { $0.hasPrefix("broker_") })
        #expect(names.count == 26 + 27, "\(names.sorted())")
        let isUp = try await hub.query.vector("up{job=\"mosquitto\"}")
        #expect(isUp.map(\.number) == [1])

        broker.stop()
        try await Web.shared.wait(for: "the broker's series to end") {
            try await hub.query.vector("{__name__=~\"broker_.*\"}").isEmpty
        }
        let status = try await hub.query.vector("mqtt_connection_status")
        #expect(status.map(\.number) == [0])
        try broker.start()
        try await Web.shared.wait(for: "the broker's series to go on") {
            try await hub.query.vector("broker_uptime" + selector).count == 1
        }

        // A kill of the agent, then no broker any more: what was live before ends with the first tick.
        agent.kill()
        broker.stop()
        try await agent.start()
        try await Web.shared.wait(for: "the series of before the kill to end") {
            try await hub.query.vector("{__name__=~\"broker_.*\"}").isEmpty
        }
    }

    @Test func oneAgentReadsSeveralBrokers() async throws {
        let brokers = [try MosquittoBroker(settings: ["sys_interval 1"]), try MosquittoBroker()]
        for broker in brokers { try broker.start() }
        let entries = brokers.map { "{url: \"\($0.url)\", ack_within: 50ms}" }.joined(separator: ", ")
        let agent = try await RunningAgent(mqtt: "mqtt: [\(entries)]")
        try await Web.shared.wait(for: "both connections") {
            try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status").values.reduce(0, +) == 2
        }
        for (index, broker) in brokers.enumerated() {
            let payload = #"{"boot_id":7,"seq":1,"uptime_ms":1,"readings":[{"quantity":"a","value":\#(index)}]}"#
            try await Web.shared.wait(for: "the device at \(broker.url)") {
                // As often as it takes until the subscription is there; what comes again is known.
                let sent = try Programs.run(
                    Programs.peer("mosquitto_pub") ?? "mosquitto_pub",
                    ["-p", "\(broker.port)", "-q", "1", "-t", "wayside/v1/board-\(index)/telemetry", "-m", payload])
                #expect(sent.exitCode == 0, "\(sent.output)")
                return try await MetricsText.scrape(agent.metricsURL).all("sensor_a").count == index + 1
            }
        }
        let values = try await MetricsText.scrape(agent.metricsURL).all("sensor_a")
        #expect(Set(values.map { "\($0.key["device_id"] ?? "") \($0.value)" }) == ["board-0 0.0", "board-1 1.0"])
        // One broker's end is not the other's.
        brokers[0].stop()
        try await Web.shared.wait(for: "one connection") {
            let status = try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status")
            return status.values.reduce(0, +) == 1 && status.count == 2
        }
    }

    /// A persistent session would have it all queued, at `queue_qos0_messages` even what is subscribed at QoS 0.
    @Test func nothingOfItIsQueuedWhileTheAgentIsAway() async throws {
        let broker = try MosquittoBroker(settings: ["sys_interval 1", "queue_qos0_messages true", "log_type all"])
        try broker.start()
        let agent = try await RunningAgent(mqtt: "mqtt: [{url: \"\(broker.url)\"}]")
        try await Web.shared.wait(for: "the broker's uptime") {
            try await !MetricsText.scrape(agent.metricsURL).all("broker_uptime").isEmpty
        }
        agent.kill()
        // Four more of the broker's rounds.
        let watcher = try RealProcess(
            Programs.peer("mosquitto_sub") ?? "mosquitto_sub",
            ["-p", "\(broker.port)", "-t", "$SYS/broker/uptime", "-C", "5"], log: broker.directory.path + "/watcher.log"
        )
        #expect(watcher.waitForEnd() == 0)
        let before = broker.log.count(of: "Sending PUBLISH to wayside-agent-test-gateway ")
        try await agent.start()
        try await Web.shared.wait(for: "the broker's uptime") {
            try await !MetricsText.scrape(agent.metricsURL).all("broker_uptime").isEmpty
        }
        #expect(broker.log.count(of: "Sending PUBLISH to wayside-agent-test-gateway ") == before)
        let uptimes = broker.log.split(separator: "\n").filter {
            $0.contains("Sending PUBLISH to wayside-agent-test-gateway-statistics") && $0.contains("broker/uptime")
                && $0.contains("r1")
        }
        #expect(uptimes.count == 2, "one retained value for each of two connections: \(uptimes)")
    }
}

extension String {
    fileprivate func count(of text: String) -> Int { split(separator: "\n").count { $0.contains(text) } }
}
