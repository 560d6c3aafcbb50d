import TestPeers
import Testing

/// The broker as `config/mosquitto` sets it up.
@Suite(.enabled(if: Programs.peer("mosquitto_passwd") != nil, "mosquitto is not installed"))
struct BrokerConfigurationTests {
    private func reading(_ sequence: Int) -> String {
        #"{"boot_id":7,"seq":\#(sequence),"uptime_ms":\#(1000 * sequence),"#
            + #""readings":[{"quantity":"sequence","value":\#(sequence)}]}"#
    }

    /// MODAX's shared topic had the id in the payload, and no broker could see to it. Here the id is in the topic.
    @Test func `defect 5: a device can publish as itself and as no other`() async throws {
        let broker = try ConfiguredBroker(users: ["pump-3", "pump-4"])
        let agent = try await RunningAgent(mqtt: broker.agentSettings)
        try await Web.shared.wait(for: "the agent's session, \(agent.log)") {
            try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status").values.first == 1
        }
        let forged = try broker.publish("wayside/v1/pump-4/telemetry", reading(1), as: "pump-3")
        #expect(forged.contains("RC:135"), "\(forged)")
        // MQTT 3.1.1 has no word for it: the message is acknowledged, and dropped.
        let silent = try broker.publish("wayside/v1/pump-4/telemetry", reading(2), as: "pump-3", version: "311")
        #expect(silent.contains("RC:0"), "\(silent)")
        let elsewhere = try broker.publish("modax/sensor/data", "{}", as: "pump-3")
        #expect(elsewhere.contains("RC:135"), "\(elsewhere)")
        for topic in ["wayside/v1/pump-3/telemetry", "wayside/v1/wayside-agent/telemetry", "$SYS/broker/uptime"] {
            let refused = try broker.publish(topic, reading(3), as: "wayside-agent")
            #expect(refused.contains("RC:135"), "the agent may publish on \(topic): \(refused)")
        }
        let nameless = try broker.publish("wayside/v1/pump-4/telemetry", reading(4), as: nil)
        #expect(nameless.contains("CONNACK (135)") || nameless.contains("Not authorized"), "\(nameless)")
        let own = try broker.publish("wayside/v1/pump-4/telemetry", reading(5), as: "pump-4")
        #expect(own.contains("RC:0"), "\(own)")

        try await Web.shared.wait(for: "the reading of pump-4") {
            try await MetricsText.scrape(agent.metricsURL).all("sensor_sequence").count == 1
        }
        let metrics = try await MetricsText.scrape(agent.metricsURL)
        #expect(metrics.all("sensor_sequence").values.first == 5)
        #expect(metrics.all("mqtt_messages_received_total").values.reduce(0, +) == 1)
        // It reads $SYS too.
        try await Web.shared.wait(for: "what the broker says of itself") {
            try await !MetricsText.scrape(agent.metricsURL).all("broker_clients_connected").isEmpty
        }
    }

    /// PubSubClient publishes at QoS 0 only, and what it publishes while the agent is away must be there afterwards, also
    /// where the broker was restarted meanwhile.
    @Test func whatABoardPublishesAtQoS0OutlastsAnAbsenceOfTheAgent() async throws {
        let broker = try ConfiguredBroker(users: [], hasModaxBoards: true)
        let agent = try await RunningAgent(mqtt: broker.agentSettings)
        try await Web.shared.wait(for: "the agent's session, \(agent.log)") {
            try await MetricsText.scrape(agent.metricsURL).all("mqtt_connection_status").values.first == 1
        }
        // Its SUBSCRIBE is before its DISCONNECT.
        agent.stop()
        func publish(_ index: Int) throws {
            let payload =
                #"{"timestamp":\#(98_000_000 + 100 * index),"device_id":"ESP32_FIELD_001","motor_currents":[5.20,5.30],"#
                + #""vibration":{"x":1.20,"y":1.10,"z":0.90,"magnitude":1.86},"temperatures":[45.50]}"#
            let said = try broker.publish("modax/sensor/data", payload, as: nil, version: "311", qos: 0)
            #expect(said.contains("sending PUBLISH"), "\(said)")
        }
        func received() async throws -> Double {
            try await MetricsText.scrape(agent.metricsURL).value(
                "mqtt_messages_received_total", ["topic": "modax/sensor/data", "device_id": "ESP32_FIELD_001"]) ?? 0
        }
        for index in 1...10 { try publish(index) }
        broker.stop()
        try broker.start()
        try await agent.start()
        try await Web.shared.wait(for: "ten more messages, \(agent.log)") { try await received() == 10 }
        // Nobody without a name gets further than that.
        let other = try broker.publish("wayside/v1/pump-3/telemetry", reading(1), as: nil)
        #expect(other.contains("RC:135"), "\(other)")
    }
}
