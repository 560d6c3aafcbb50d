/// Why a request has no answer.
package enum HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The host's name cannot be looked up.
    case nameNotFound(host: String, reason: String)
    /// Nothing listens there, or the way is blocked.
    case connectFailed(destination: String, reason: String)
    case connectTimeout(destination: String, Duration)
    /// No whole answer within the total timeout; the server may have acted on the request.
    case timeout(destination: String, Duration)
    /// TLS failed; the text says with whom, why, and which file or setting to change.
    case tls(String)
    /// The answer is not HTTP, or breaks its rules.
    case malformedReply(destination: String, reason: String)
    case replyTooLarge(destination: String, byteLimit: Int)
    /// A kept-alive connection that the server had closed before any byte of the answer: trying again at once, on a
    /// fresh connection, is what RFC 9112, 9.3.1 expects.
    case staleConnection(destination: String)
    /// The server closed a fresh connection, or closed within its answer.
    case closed(destination: String)
    case tooManyConnections(limit: Int)
    case cancelled
    /// `HTTPClient.shutdown` was called.
    case shutDown

    package var description: String {
        switch self {
        case .nameNotFound(let host, let reason): "the name \(host) cannot be looked up: \(reason)"
        case .connectFailed(let destination, let reason): "cannot connect to \(destination): \(reason)"
        case .connectTimeout(let destination, let after): "no connection to \(destination) within \(after)"
        case .timeout(let destination, let after): "no answer from \(destination) within \(after)"
        case .tls(let text): text
        case .malformedReply(let destination, let reason): "\(destination) answered what is not HTTP: \(reason)"
        case .replyTooLarge(let destination, let limit): "\(destination) answered more than \(limit) bytes"
        case .staleConnection(let destination): "\(destination) had closed the kept connection"
        case .closed(let destination): "\(destination) closed the connection before a whole answer"
        case .tooManyConnections(let limit): "more than \(limit) connections at once"
        case .cancelled: "cancelled"
        case .shutDown: "the client has been shut down"
        }
    }
}
