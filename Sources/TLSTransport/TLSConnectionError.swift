/// Why a TLS connection failed.
package enum TLSConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The peer's certificate was not accepted.
    case certificateRefused(TLSCertificateProblem)
    /// The peer has ended the connection and said why, by an alert's number (RFC 8446, 6) and OpenSSL's words.
    case refusedByPeer(alert: UInt8, reason: String)
    /// The handshake or a record was not in order.
    case protocolFailure(reason: String)
    case handshakeTimeout
    /// The connection ended without the peer's closing message: what came may not be all.
    case truncated
    /// The connection ended within the handshake.
    case closedInHandshake

    package var description: String {
        switch self {
        case .certificateRefused(let problem): "the certificate is not accepted: \(problem.reason)"
        case .refusedByPeer(_, let reason): "refused by the other side: \(reason)"
        case .protocolFailure(let reason): reason
        case .handshakeTimeout: "the handshake took too long"
        case .truncated: "the connection ended without TLS's closing message"
        case .closedInHandshake: "the connection was closed within the handshake"
        }
    }
}
