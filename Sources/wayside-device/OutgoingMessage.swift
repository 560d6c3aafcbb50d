/// A message that a simulated device publishes now.
struct OutgoingMessage {
    let topic: String
    let payload: [UInt8]
    var isRetained = false
    /// What an acknowledgement of it is noted as; nil for births and states, which are not counted.
    var identity: Identity?

    /// What tells this message from all others of the device.
    struct Identity: Equatable {
        let bootID: UInt32
        /// In the MODAX profile the simulator's own count, which is not sent.
        let sequence: UInt32
        let uptimeMilliseconds: UInt64
    }
}
