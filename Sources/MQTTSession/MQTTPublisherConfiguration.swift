/// How a publisher connects.
package struct MQTTPublisherConfiguration: Hashable, Sendable {
    /// What the broker publishes for us when we vanish without a goodbye.
    package struct Will: Hashable, Sendable {
        package var topic: String
        package var payload: [UInt8]
        package var qos: Int
        package var isRetained: Bool

        package init(topic: String, payload: [UInt8], qos: Int = 1, isRetained: Bool = true) {
            self.topic = topic
            self.payload = payload
            self.qos = qos
            self.isRetained = isRetained
        }
    }

    package var broker: MQTTBrokerAddress
    package var clientID: String
    package var will: Will?
    package var version = MQTTProtocolVersion.v5
    package var keepAliveSeconds = 30
    /// How many messages may wait for the broker before `publish` refuses.
    package var pendingLimit = 1000
    package var answerTimeoutSeconds = 10
    /// The first and the longest delay before connecting again.
    package var firstDelayMilliseconds = 100
    package var longestDelayMilliseconds = 5000

    package init(broker: MQTTBrokerAddress, clientID: String, will: Will? = nil) {
        self.broker = broker
        self.clientID = clientID
        self.will = will
    }
}
