/// The two ways to write one message. Source: PROTOCOL.md, "CBOR".
public enum MessageEncoding: UInt8, Sendable {
    /// For reading.
    case json = 0
    /// For a third of the bytes.
    case cbor = 1
}
