internal import COpenSSL
internal import Synchronization

/// The newest session of a client's context, which the next connection to the same host resumes: without it each
/// reconnect over a thin link costs the certificates once more.
final class TLSSessionCache: Sendable {
    /// One reference to a session.
    ///
    /// `@unchecked Sendable` holds because a session is not changed once it is told, and its references are counted
    /// atomically.
    private final class Kept: @unchecked Sendable {
        let host: String
        let session: OpaquePointer

        init(host: String, session: OpaquePointer) {
            self.host = host
            self.session = session
        }

        deinit { SSL_SESSION_free(session) }
    }

    private let kept = Mutex<Kept?>(nil)

    /// Takes over a reference to a session with `host`; the one before it goes.
    func keep(_ session: OpaquePointer, host: String) {
        let entry = Kept(host: host, session: session)
        kept.withLock { $0 = entry }
    }

    /// Offers the kept session on a new connection, if it was with the same host.
    func offer(to connection: OpaquePointer, host: String) {
        let entry = kept.withLock { kept -> Kept? in
            guard let entry = kept, entry.host == host else { return nil }
            // A TLS 1.3 ticket sent twice would link the two connections (RFC 8446, C.4); each brings new ones.
            if SSL_SESSION_get_protocol_version(entry.session) >= TLS1_3_VERSION { kept = nil }
            return entry
        }
        if let entry { SSL_set_session(connection, entry.session) }
    }
}
