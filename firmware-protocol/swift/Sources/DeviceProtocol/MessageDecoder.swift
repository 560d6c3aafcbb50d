/// Decodes a message in either encoding. Fields it does not know are passed over: that is how the protocol grows.
///
/// Any bytes may be given: nothing is read past their end, nothing is written past the storage's, and the time it takes
/// is in proportion to their number.
public enum MessageDecoder {
    /// The message of `kind` in `payload`, its texts and lists in `storage`. `byteLimit` is at most
    /// `ProtocolLimits.payloadByteLimit` for a storage of `MessageStorage.byteCount`.
    public static func decode(
        _ payload: UnsafeRawBufferPointer, kind: MessageKind, byteLimit: Int = ProtocolLimits.payloadByteLimit,
        into storage: MessageStorage
    ) throws(MalformedPayload) -> ReceivedMessage {
        guard payload.count <= byteLimit else {
            throw MalformedPayload(.tooLarge, at: byteLimit, "a shorter message")
        }
        var builder = MessageBuilder(storage)
        let end: Int
        // Only a map of CBOR begins with these: in JSON they would be bytes in the middle of a character.
        if let first = payload.first, first >> 5 == 5 {
            builder.message.encoding = .cbor
            var decoder = CBORMessageDecoder(payload)
            try decoder.decode(into: &builder)
            end = decoder.byteOffset
        } else {
            var decoder = JSONMessageDecoder(payload, byteLimit: byteLimit)
            try decoder.decode(into: &builder)
            end = decoder.byteOffset
        }
        try builder.check(kind, at: end)
        return builder.message
    }
}
