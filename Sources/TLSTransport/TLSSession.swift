internal import COpenSSL
internal import NIOCore

/// One TLS connection between two memory BIOs: ciphertext and plaintext go in and come out as bytes, and no socket is
/// known here.
final class TLSSession {
    enum Reading: Equatable {
        case bytes
        /// More ciphertext is needed.
        case nothing
        /// The peer has sent its closing message.
        case closed
    }

    private let session: OpaquePointer
    /// From the network; owned by the session, as is `output`.
    private let input: OpaquePointer
    private let output: OpaquePointer
    /// Keep what the session points to.
    private let context: TLSContext
    private let notes: TLSConnectionNotes

    /// `host` is what was connected to: the name, or the address, that a server's certificate must hold.
    init(_ context: TLSContext, host: String = "") {
        self.context = context
        // These fail only when memory is out.
        guard let session = SSL_new(context.context), let input = BIO_new(BIO_s_mem()),
            let output = BIO_new(BIO_s_mem())
        else { preconditionFailure("OpenSSL has no memory") }
        self.session = session
        self.input = input
        self.output = output
        wayside_set_empty_means_retry(input)
        wayside_set_empty_means_retry(output)
        SSL_set_bio(session, input, output)
        switch context.role {
        case .server:
            notes = TLSConnectionNotes(host: "")
            SSL_set_accept_state(session)
        case .client(let serverName):
            notes = TLSConnectionNotes(host: serverName ?? host)
            SSL_set_connect_state(session)
            if TLSContext.expect(notes.host, in: SSL_get0_param(session)) {
                wayside_set_server_name(session, notes.host)
            }
            context.sessions.offer(to: session, host: notes.host)
        }
        SSL_set_ex_data(session, 0, Unmanaged.passUnretained(notes).toOpaque())
    }

    deinit { SSL_free(session) }

    /// The peer as its certificate names it; nil before the handshake's end, and where there is no certificate or it
    /// was not checked.
    var peer: TLSPeer? {
        guard SSL_is_init_finished(session) == 1, SSL_get_verify_mode(session) & SSL_VERIFY_PEER != 0,
            SSL_get_verify_result(session) == X509_V_OK, let certificate = SSL_get0_peer_certificate(session)
        else { return nil }
        return TLSPeer(certificate)
    }

    /// Takes ciphertext from the network.
    func receive(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let count = BIO_write(input, rest.baseAddress, Int32(clamping: rest.count))
            precondition(count > 0, "a memory BIO takes everything")
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
    }

    /// Goes on with the handshake; true once it is complete.
    func handshake() throws(TLSConnectionError) -> Bool {
        OpenSSLErrors.clear()
        let result = SSL_do_handshake(session)
        if result == 1 {
            try checkResumption()
            return true
        }
        try check(result)
        return false
    }

    /// Whether the handshake took up an earlier session, certificates and all.
    var isResumed: Bool { SSL_session_reused(session) == 1 }

    /// A resumed session brings the peer's certificate of old, which nobody has looked at again.
    private func checkResumption() throws(TLSConnectionError) {
        guard isResumed, let certificate = SSL_get0_peer_certificate(session) else { return }
        let end = X509_get0_notAfter(certificate)
        guard X509_cmp_current_time(end) < 0 else { return }
        throw .certificateRefused(
            TLSCertificateProblem(
                kind: .expired, reason: "certificate has expired", isAuthority: false,
                bound: CertificateReading.text(end), names: CertificateReading.names(of: certificate)))
    }

    /// Appends up to 16 KiB of plaintext to `buffer`.
    func read(into buffer: inout ByteBuffer) throws(TLSConnectionError) -> Reading {
        OpenSSLErrors.clear()
        var result: Int32 = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { room in
            result = SSL_read(session, room.baseAddress, Int32(clamping: room.count))
            return Int(max(0, result))
        }
        if result > 0 { return .bytes }
        if SSL_get_error(session, result) == SSL_ERROR_ZERO_RETURN { return .closed }
        try check(result)
        return .nothing
    }

    /// Encrypts `bytes` whole; the ciphertext is in `takeOutput`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(TLSConnectionError) {
        var rest = bytes
        while !rest.isEmpty {
            OpenSSLErrors.clear()
            let count = SSL_write(session, rest.baseAddress, Int32(clamping: rest.count))
            guard count > 0 else {
                try check(count)
                // Renegotiation is off and the output takes everything, so there is nothing to wait for.
                throw .protocolFailure(reason: "a record cannot be written")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
    }

    /// Writes the closing message, once.
    func closeSending() {
        OpenSSLErrors.clear()
        if SSL_get_shutdown(session) & SSL_SENT_SHUTDOWN == 0 { SSL_shutdown(session) }
        OpenSSLErrors.clear()
    }

    var isServer: Bool { SSL_is_server(session) == 1 }

    var hasOutput: Bool { wayside_pending(output) > 0 }

    /// Ciphertext for the network; nil when there is none.
    func takeOutput() -> ByteBuffer? {
        let count = wayside_pending(output)
        guard count > 0 else { return nil }
        var buffer = ByteBuffer()
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            Int(max(0, BIO_read(output, room.baseAddress, Int32(clamping: min(count, room.count)))))
        }
        return buffer
    }

    /// Throws unless the call only wants more input.
    private func check(_ result: Int32) throws(TLSConnectionError) {
        let error = SSL_get_error(session, result)
        if error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE { return }
        let alert = OpenSSLErrors.alert()
        let reason = OpenSSLErrors.take()
        if let failure = notes.takeFailure() { throw failure }
        if let alert { throw .refusedByPeer(alert: alert, reason: reason) }
        throw .protocolFailure(reason: reason)
    }
}
