/// Why a message was not encoded.
public enum EncodingError: Error, Equatable {
    /// The buffer was too small; `neededByteCount` bytes would have done.
    case bufferTooSmall(neededByteCount: Int)
    /// A device id, quantity, channel, unit or word broke the rules of `ProtocolLimits`.
    case invalidText
    /// A number that the field cannot have: an interval of 0, an uptime beyond its limit, a parameter that is not
    /// finite.
    case invalidNumber
    /// More readings than `ProtocolLimits.readingLimit`.
    case tooManyReadings
    /// More declared quantities, wearing parts or parameters than the limits of `ProtocolLimits`.
    case tooManyDeclarations
    /// Calls came in an order that makes no message: a reading before a header, two headers, in CBOR a reading with
    /// fewer decimals than the one before.
    case wrongOrder
}
