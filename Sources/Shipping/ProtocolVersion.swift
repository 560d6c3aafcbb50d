/// A version of the remote-write protocol.
package enum ProtocolVersion: String, Sendable, Hashable, CaseIterable {
    case one = "1.0"
    case two = "2.0"
}
