/// What became of a batch.
package enum MQTTAcknowledgement: Hashable, Sendable {
    /// It survives a power cut; the broker may forget it.
    case durable
    /// It does not. The session reconnects without acknowledging, so that the broker delivers it again; QoS 0
    /// messages of the batch are lost.
    case failed
}
