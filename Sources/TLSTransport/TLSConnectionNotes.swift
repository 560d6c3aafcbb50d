internal import COpenSSL
internal import Synchronization

/// What OpenSSL's callbacks tell about one connection, or, where a library makes the connections, about the newest
/// one of a context.
final class TLSConnectionNotes: Sendable {
    /// What was connected to; empty at a server.
    let host: String
    private let failure = Mutex<TLSConnectionError?>(nil)

    init(host: String) { self.host = host }

    /// Keeps the first failure: those that follow are its consequences.
    func note(_ error: TLSConnectionError) {
        failure.withLock { failure in
            if failure == nil { failure = error }
        }
    }

    func takeFailure() -> TLSConnectionError? {
        failure.withLock { failure in
            defer { failure = nil }
            return failure
        }
    }
}
