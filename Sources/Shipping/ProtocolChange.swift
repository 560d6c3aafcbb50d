/// What made `protocol: auto` change its mind.
package enum ProtocolChange: Sendable, Hashable {
    /// 415.
    case unsupportedMediaType
    /// 2xx without a Written header: a 1.0 receiver that read an empty message.
    case silentlySwallowed
    /// 400 without a Written header before any answer that had one.
    case unexplainedRefusal
    /// A day by 1.0 has passed.
    case secondTry
}
