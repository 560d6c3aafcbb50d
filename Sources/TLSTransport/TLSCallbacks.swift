internal import COpenSSL

/// The functions that OpenSSL calls. Each finds its object through the first extra-data slot of the session or the
/// context, which hold it unretained: `TLSSession` and `TLSContext` keep the objects as long as OpenSSL may call.
enum TLSCallbacks {
    /// Notes why a certificate is refused; the verdict stays OpenSSL's.
    static let verify: @convention(c) (Int32, OpaquePointer?) -> Int32 = { verdict, store in
        guard verdict == 0, let store else { return verdict }
        let slot = SSL_get_ex_data_X509_STORE_CTX_idx()
        if let session = X509_STORE_CTX_get_ex_data(store, slot).map({ OpaquePointer($0) }) {
            notes(of: session)?.note(.certificateRefused(TLSCertificateProblem(store)))
        }
        return verdict
    }

    /// Keeps a session that the server lets us resume. Answers 1 when it has taken the reference.
    static let keepSession: @convention(c) (OpaquePointer?, OpaquePointer?) -> Int32 = { session, ticket in
        guard let session, let ticket, let context = context(of: session), let notes = notes(of: session) else {
            return 0
        }
        context.sessions.keep(ticket, host: notes.host)
        return 1
    }

    /// For connections that a library makes: it names the server by a number, and drops the peer's alert.
    static let inform: @convention(c) (OpaquePointer?, Int32, Int32) -> Void = { session, event, value in
        guard let session, let context = context(of: session) else { return }
        if event & SSL_CB_HANDSHAKE_START != 0 {
            // Before the first message: the name is not in it yet.
            wayside_set_server_name(session, context.serverNameToSend)
        } else if event & SSL_CB_ALERT != 0, event & SSL_CB_READ != 0, value >> 8 == SSL3_AL_FATAL {
            let alert = UInt8(truncatingIfNeeded: value)
            let words = SSL_alert_desc_string_long(value).map { String(cString: $0) } ?? "alert \(alert)"
            context.notes.note(.refusedByPeer(alert: alert, reason: words))
        }
    }

    private static func context(of session: OpaquePointer) -> TLSContext? {
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0).map {
            Unmanaged<TLSContext>.fromOpaque($0).takeUnretainedValue()
        }
    }

    private static func notes(of session: OpaquePointer) -> TLSConnectionNotes? {
        if let own = SSL_get_ex_data(session, 0) {
            return Unmanaged<TLSConnectionNotes>.fromOpaque(own).takeUnretainedValue()
        }
        return context(of: session)?.notes
    }
}
