internal import CMosquitto

/// How a session talks to its broker. Every limit has a default that suits a gateway of a thousand devices.
package struct MQTTConfiguration: Hashable, Sendable {
    package var broker: MQTTBrokerAddress
    /// The name the broker keeps the session under; two clients with the same one disconnect each other.
    package var clientID: String
    /// Topic filters, subscribed at QoS 1 (never 2: libmosquitto holds QoS 2 messages in memory only).
    package var subscriptions: [String]
    /// Without it the session ends with its connection and is subscribed at QoS 0: for what is only of use while it is
    /// fresh, which the broker must not queue while we are away.
    package var isPersistent = true
    /// The longest silence on the connection; the broker gives up after one and a half of it. 5 to 65,535.
    package var keepAliveSeconds = 60
    /// How many unacknowledged messages the broker may have on the way to us (MQTT 5). With 3.1.1 the broker
    /// decides, 20 by default.
    package var receiveMaximum = 1000
    /// How long the broker keeps session and queue while we are away (MQTT 5); UInt32.max is for ever, which is
    /// also what 3.1.1 does.
    package var sessionExpirySeconds: UInt32 = 30 * 86_400
    /// A batch goes to the handler when it holds this many messages...
    package var batchMessageLimit = 1000
    /// ...or this many bytes of topics and payloads...
    package var batchByteLimit = 1 << 20
    /// ...or when its first message is this old. 0 delivers as soon as nothing more is waiting to be read; more
    /// saves synced writes at low rates and costs delay, but no loss. Must be less than half the keep-alive.
    package var lingerMilliseconds = 0
    /// A payload above this is refused and counted, and its PUBACK goes out, or it would come again for ever.
    package var payloadByteLimit = 64 << 10
    /// The broker is told not to send packets above this (MQTT 5), so that no allocation grows past it.
    package var packetByteLimit = 1 << 20
    /// How long to wait for TCP and CONNACK.
    package var answerTimeoutSeconds = 10
    /// The first and the longest delay before connecting again; the delay doubles between them.
    package var firstDelayMilliseconds = 500
    package var longestDelayMilliseconds = 60_000

    package init(broker: MQTTBrokerAddress, clientID: String, subscriptions: [String]) {
        self.broker = broker
        self.clientID = clientID
        self.subscriptions = subscriptions
    }

    /// Throws for the first setting that cannot work.
    package func validate() throws(MQTTError) {
        try Self.check("client id", clientID, (1...65535).contains(clientID.utf8.count), "1 to 65535 bytes")
        try Self.check("keep-alive", keepAliveSeconds, (5...65535).contains(keepAliveSeconds), "5 to 65535 s")
        try Self.check("receive maximum", receiveMaximum, (1...65535).contains(receiveMaximum), "1 to 65535")
        try Self.check("batch message limit", batchMessageLimit, batchMessageLimit >= 1, "at least 1")
        try Self.check("batch byte limit", batchByteLimit, (1...1 << 30).contains(batchByteLimit), "1 B to 1 GiB")
        try Self.check(
            "linger", lingerMilliseconds, (0..<keepAliveSeconds * 500).contains(lingerMilliseconds),
            "less than half the keep-alive, because PINGREQ waits behind a batch")
        try Self.check(
            "packet byte limit", packetByteLimit, (1024...256 << 20).contains(packetByteLimit), "1 KiB to 256 MiB")
        try Self.check(
            "payload byte limit", payloadByteLimit, (1...packetByteLimit).contains(payloadByteLimit),
            "1 to the packet byte limit")
        try Self.check("answer timeout", answerTimeoutSeconds, answerTimeoutSeconds >= 1, "at least 1 s")
        try Self.check(
            "reconnect delay", firstDelayMilliseconds,
            firstDelayMilliseconds >= 1 && firstDelayMilliseconds <= longestDelayMilliseconds
                && longestDelayMilliseconds <= 3_600_000, "1 ms to 1 h, the first at most the longest")
        for filter in subscriptions {
            try Self.check(
                "topic filter", filter, mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.code,
                "not a topic filter")
        }
    }

    private static func check(
        _ name: String, _ value: some CustomStringConvertible, _ holds: Bool, _ expected: String
    ) throws(MQTTError) {
        if !holds { throw .unusableSetting(name: name, value: value.description, reason: expected) }
    }
}
