/// A received message, valid only within the call that hands it out, because it looks into its batch's buffer.
///
/// There is no mark for redelivered messages: libmosquitto does not pass the DUP flag on, and it would only be a
/// hint. Duplicates are told by what the payload says (device, boot, sequence number or uptime).
package struct MQTTMessage {
    /// The topic's UTF-8 bytes, at most 65,535.
    package let topic: UnsafeRawBufferPointer
    /// The payload, at most `payloadByteLimit` bytes, possibly none.
    package let payload: UnsafeRawBufferPointer
    /// 0, 1, or 2.
    package let qos: UInt8
    /// The broker kept it from an unknown time ago and sent it because we subscribed; it says nothing of now.
    package let isRetained: Bool
    /// CLOCK_BOOTTIME when it was read from the socket.
    package let arrivalBootNanoseconds: Int64

    @inlinable
    package init(
        topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, qos: UInt8, isRetained: Bool,
        arrivalBootNanoseconds: Int64
    ) {
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.isRetained = isRetained
        self.arrivalBootNanoseconds = arrivalBootNanoseconds
    }

    /// The topic as a string; allocates, so not for the hot path.
    package var topicText: String { String(decoding: topic, as: UTF8.self) }
}
