/// What a destination is set to: `protocol: auto|1.0|2.0`.
package enum ProtocolChoice: Sendable, Hashable {
    /// Begins with 2.0 and falls back where the receiver does not speak it.
    case auto
    case only(ProtocolVersion)
}
