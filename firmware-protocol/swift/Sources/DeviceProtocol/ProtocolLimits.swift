/// The limits of version 1 of the protocol. A gateway may set lower ones; a device never needs more.
/// Source: PROTOCOL.md, "Limits".
public enum ProtocolLimits {
    /// Bytes in a device id, at least 1.
    public static let deviceIDByteLimit = 64
    /// Bytes in a quantity's name, at least 1.
    public static let quantityByteLimit = 64
    /// Bytes in a channel's name.
    public static let channelByteLimit = 32
    /// Bytes in a unit's symbol.
    public static let unitByteLimit = 16
    /// Bytes in firmware version, model, event name, and the names of components, wear models and their parameters.
    public static let wordByteLimit = 48
    /// Readings in one message.
    public static let readingLimit = 64
    /// Quantities that a birth message declares.
    public static let quantityLimit = 64
    /// Parts of the machine that a birth message declares to wear.
    public static let wearLimit = 8
    /// Parameters of each.
    public static let parameterLimit = 16
    /// Bytes in a payload.
    public static let payloadByteLimit = 8192
    /// Arrays and objects inside each other.
    public static let depthLimit = 8
    /// A hundred years: more than any device runs, and small enough to count in nanoseconds.
    public static let uptimeLimitMilliseconds: UInt64 = 3_155_760_000_000
    /// What a wall clock in milliseconds may say: 2^53. Written out, so that no code runs to make it.
    public static let unixLimitMilliseconds: UInt64 = 9_007_199_254_740_992
    /// Bytes in an authentication key, at least.
    public static let keyByteMinimum = 16
    /// And at most: one block of SHA-256.
    public static let keyByteLimit = 64

    /// Whether `bytes` are a device id: 1 to 64 letters, digits and `_ - . :`, which is also what a topic level, a
    /// label value and a file name take without escapes.
    public static func isDeviceID(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 1, bytes.count <= deviceIDByteLimit else { return false }
        for byte in bytes where !isWordByte(byte) { return false }
        return true
    }

    /// Whether `bytes` name a quantity: a lower-case letter, then lower-case letters, digits and `_`.
    public static func isQuantity(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 1, bytes.count <= quantityByteLimit else { return false }
        guard let first = bytes.first, isLowerCase(first) else { return false }
        for byte in bytes where !(isLowerCase(byte) || isDigit(byte) || byte == 0x5f) { return false }
        return true
    }

    /// Whether `bytes` name a component of a machine: 1 to 48 letters, digits and `_ - . :`.
    public static func isComponent(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count <= wordByteLimit && isDeviceID(bytes)
    }

    /// Whether `bytes` name an event, a wear model or a parameter: as a quantity's, but at most 48 bytes.
    public static func isWord(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count <= wordByteLimit && isQuantity(bytes)
    }

    /// Whether none of `bytes` is a control character.
    public static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where byte < 0x20 || byte == 0x7f { return false }
        return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        if isLowerCase(byte) || isDigit(byte) { return true }
        if byte >= 0x41 && byte <= 0x5a { return true }
        return byte == 0x2d || byte == 0x2e || byte == 0x3a || byte == 0x5f
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7a }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
