/// What is taken from a bus at most. D-Bus itself allows messages of 128 MiB.
enum BusLimits {
    /// A reply that is longer is refused; other messages of that kind are read over without keeping them. The units of a
    /// machine take 200 to 300 bytes each.
    static let messageByteCount = 2 << 20
    /// The fields in front of a message's body.
    static let headerByteCount = 16 << 10
    /// What the specification allows a message, a header and an array to have: beyond it the stream is damaged.
    static let specifiedMessageByteCount = 128 << 20
    static let specifiedArrayByteCount = 64 << 20
    /// How deep structures and variants may lie in one another, of 32 + 32 in the specification.
    static let nesting = 16
    /// A line of the handshake.
    static let lineByteCount = 1024
    /// Lines of the handshake.
    static let lineCount = 8
    /// Calls that wait for their answers at once; a bus may refuse more than 128.
    static let callsUnderWay = 32
    /// Addresses that are tried, of those that the environment lists.
    static let addressCount = 8
}
