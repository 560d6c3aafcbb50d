/// A version of the remote-write protocol.
package enum ProtocolVersion: String, Sendable, Hashable, CaseIterable {
    case one = "1.0"
    case two = "2.0"
}

/// What a destination is set to: `protocol: auto|1.0|2.0`.
package enum ProtocolChoice: Sendable, Hashable {
    /// Begins with 2.0 and falls back where the receiver does not speak it.
    case auto
    case only(ProtocolVersion)
}
