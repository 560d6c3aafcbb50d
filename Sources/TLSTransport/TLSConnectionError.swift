/// Why a TLS connection failed.
package enum TLSConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate was not accepted; OpenSSL's words, such as "certificate has expired".
    case certificateRefused(reason: String)
    /// The handshake or a record was not in order, or the peer refused us.
    case protocolFailure(reason: String)
    case handshakeTimeout
    /// The connection ended without the peer's closing message: what came may not be all.
    case truncated
    /// The connection ended within the handshake.
    case closedInHandshake

    package var description: String {
        switch self {
        case .certificateRefused(let reason): "the certificate is not accepted: \(reason)"
        case .protocolFailure(let reason): reason
        case .handshakeTimeout: "the handshake took too long"
        case .truncated: "the connection ended without TLS's closing message"
        case .closedInHandshake: "the connection was closed within the handshake"
        }
    }
}
