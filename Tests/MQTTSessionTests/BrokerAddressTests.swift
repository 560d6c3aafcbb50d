import MQTTSession
import Testing

@Suite struct BrokerAddressTests {
    @Test(arguments: [
        ("mqtt://broker", MQTTBrokerAddress(host: "broker")),
        ("MQTT://10.0.0.1:2883/", MQTTBrokerAddress(host: "10.0.0.1", port: 2883)),
        ("mqtt://[fe80::1]:1884", MQTTBrokerAddress(host: "fe80::1", port: 1884)),
        ("mqtt://[::1]", MQTTBrokerAddress(host: "::1")),
        ("mqtt://gw@h", MQTTBrokerAddress(host: "h", userName: "gw")),
        ("mqtt://gw:a%3Ab%40@h:1", MQTTBrokerAddress(host: "h", port: 1, userName: "gw", password: "a:b@")),
        ("mqtt://gw:p@ss@h", MQTTBrokerAddress(host: "h", userName: "gw", password: "p@ss")),
    ])
    func aURLIsRead(url: String, expected: MQTTBrokerAddress) throws {
        #expect(try MQTTBrokerAddress(url: url) == expected)
    }

    @Test(arguments: [
        "broker", "http://broker", "mqtts://broker", "mqtt://", "mqtt://:1883", "mqtt://h:0", "mqtt://h:65536",
        "mqtt://h:1x", "mqtt://h/topic", "mqtt://h?x", "mqtt://[::1", "mqtt://[::1]x", "mqtt://@h", "mqtt://u%zz@h",
        "mqtt://u:%00@h", "mqtt://u:%ff@h", "mqtt://h:+5",
    ])
    func aBadURLIsRefused(url: String) {
        #expect(throws: MQTTError.self) { try MQTTBrokerAddress(url: url) }
    }

    @Test func aPasswordStaysOutOfErrors() {
        let error = #expect(throws: MQTTError.self) { try MQTTBrokerAddress(url: "mqtts://u:secret@h") }
        #expect(error?.description.contains("secret") == false)
        #expect(MQTTBrokerAddress.withoutSecrets("mqtt://u:secret@h:1") == "mqtt://u:***@h:1")
        #expect(MQTTBrokerAddress.withoutSecrets("mqtt://h:1") == "mqtt://h:1")
    }

    @Test func settingsThatCannotWorkAreNamed() throws {
        let changes: [(String, (inout MQTTConfiguration) -> Void)] = [
            ("client id", { $0.clientID = "" }), ("keep-alive", { $0.keepAliveSeconds = 4 }),
            ("receive maximum", { $0.receiveMaximum = 0 }), ("batch message limit", { $0.batchMessageLimit = 0 }),
            ("batch byte limit", { $0.batchByteLimit = 0 }), ("linger", { $0.lingerMilliseconds = 30_000 }),
            ("payload byte limit", { $0.payloadByteLimit = 2 << 20 }),
            ("packet byte limit", { $0.packetByteLimit = 10 }), ("answer timeout", { $0.answerTimeoutSeconds = 0 }),
            ("reconnect delay", { $0.firstDelayMilliseconds = 0 }), ("topic filter", { $0.subscriptions = ["a/#/b"] }),
        ]
        let good = MQTTConfiguration(broker: MQTTBrokerAddress(host: "h"), clientID: "c", subscriptions: ["a/#"])
        try good.validate()
        for (name, change) in changes {
            var bad = good
            change(&bad)
            let error = #expect(throws: MQTTError.self) { try bad.validate() }
            guard case .unusableSetting(name, _, _) = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
    }
}
