/// A device's key, and what its messages are authenticated with. Source: PROTOCOL.md, "Authentication of messages".
///
/// The bytes are the caller's and must live during each call.
public struct MessageKey {
    /// Tells keys apart while they are being changed.
    public let id: UInt8
    let bytes: UnsafeRawBufferPointer

    /// A key of `ProtocolLimits.keyByteMinimum` to `ProtocolLimits.keyByteLimit` bytes; nil for another length.
    public init?(id: UInt8, bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= ProtocolLimits.keyByteMinimum, bytes.count <= ProtocolLimits.keyByteLimit else {
            return nil
        }
        self.id = id
        self.bytes = bytes
    }

    /// The code over `payload`, the part of a message that stands before it, on `topic`.
    func code(topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) -> InlineArray<16, UInt8> {
        var hash = HMACSHA256(key: bytes)
        hash.update(topic)
        hash.update(byte: 0)
        hash.update(payload)
        let digest = hash.finish()
        var code = InlineArray<16, UInt8>(repeating: 0)
        for index in 0..<16 { code[index] = digest[index] }
        return code
    }

    /// Whether `message`, decoded from `payload`, was sent on `topic` by a holder of this key. A message without MAC, or
    /// with another key's id, was not. Takes equally long wherever the codes differ.
    public func isAuthentic(
        _ message: ReceivedMessage, payload: UnsafeRawBufferPointer, topic: UnsafeRawBufferPointer
    ) -> Bool {
        let count = message.authenticatedByteCount
        guard count > 0, count <= payload.count, message.keyID == id else { return false }
        let expected = code(topic: topic, payload: UnsafeRawBufferPointer(rebasing: payload[..<count]))
        var difference: UInt8 = 0
        for index in 0..<16 { difference |= expected[index] ^ message.code[index] }
        return difference == 0
    }
}
