/// Why a message was not encoded.
public enum EncodingError: Error, Equatable {
    /// The buffer was too small; `neededByteCount` bytes would have done.
    case bufferTooSmall(neededByteCount: Int)
    /// A device id, quantity, channel, unit or word broke the rules of `ProtocolLimits`.
    case invalidText
    /// More readings than `ProtocolLimits.readingLimit`.
    case tooManyReadings
    /// Calls came in an order that makes no message: a reading before a header, two headers.
    case wrongOrder
}
