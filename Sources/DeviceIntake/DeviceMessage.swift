/// One MQTT message as the session hands it over. The buffers are the session's and live only during the call.
package struct DeviceMessage {
    package let topic: UnsafeRawBufferPointer
    package let payload: UnsafeRawBufferPointer
    /// Delivered from the broker's store at subscription: of unknown age, so it never makes data look fresh.
    package let isRetained: Bool

    package init(topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, isRetained: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }
}
