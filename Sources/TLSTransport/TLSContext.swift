internal import COpenSSL

/// An OpenSSL context: certificates, keys and trust, shared by all connections made with it.
///
/// `@unchecked Sendable` holds because the context is not changed after its initialiser, and OpenSSL counts references
/// to it atomically.
package final class TLSContext: @unchecked Sendable {
    enum Role {
        case client(serverName: String?)
        case server
    }

    let context: OpaquePointer
    let role: Role
    let sessions = TLSSessionCache()
    /// Of the newest connection, where a library makes them.
    let notes: TLSConnectionNotes

    /// The `SSL_CTX *`, for libraries that take one. Connections made from it must end before this object does.
    package var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(context) }

    /// Seconds since 1970 when our own certificate ends; nil without one.
    package let certificateExpiryUnixSeconds: Int64?

    /// For clients. With `host`, the context itself checks that servers are that host, by name or address, and names
    /// it to them: for a library that makes connections from `pointer` and would check nothing. Without, each
    /// connection says what it connects to.
    package init(client settings: TLSClientSettings, host: String? = nil) throws(TLSSettingsError) {
        let builder = try TLSContextBuilder(TLS_client_method())
        if let path = settings.authorityFile {
            try builder.trust(path)
        } else {
            builder.trustSystem()
        }
        if let certificate = settings.certificateFile {
            try builder.identify(certificate: certificate, key: settings.key ?? TLSKeySource(certificate))
        }
        if settings.offersHTTP { builder.offerHTTP() }
        builder.verify(SSL_VERIFY_PEER)
        wayside_cache_client_sessions(builder.context)
        SSL_CTX_sess_set_new_cb(builder.context, TLSCallbacks.keepSession)
        role = .client(serverName: settings.serverName)
        notes = TLSConnectionNotes(host: settings.serverName ?? host ?? "")
        context = builder.finish()
        certificateExpiryUnixSeconds = TLSContext.expiry(context)
        SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
        guard host != nil else { return }
        TLSContext.expect(notes.host, in: SSL_CTX_get0_param(context))
        SSL_CTX_set_info_callback(context, TLSCallbacks.inform)
    }

    package init(server settings: TLSServerSettings) throws(TLSSettingsError) {
        let builder = try TLSContextBuilder(TLS_server_method())
        try builder.identify(certificate: settings.certificateFile, key: settings.key)
        wayside_accept_http11(builder.context)
        // Sessions are resumed by tickets, which cost the server no memory; they must name their context.
        let name: [UInt8] = Array("wayside".utf8)
        SSL_CTX_set_session_id_context(builder.context, name, UInt32(name.count))
        if let path = settings.clientAuthorityFile, settings.clientAuthentication != .none {
            try builder.trust(path)
            SSL_CTX_set_client_CA_list(builder.context, SSL_load_client_CA_file(path))
            let must = settings.clientAuthentication == .required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0
            builder.verify(SSL_VERIFY_PEER | must)
        }
        role = .server
        notes = TLSConnectionNotes(host: "")
        context = builder.finish()
        certificateExpiryUnixSeconds = TLSContext.expiry(context)
        SSL_CTX_set_ex_data(context, 0, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { SSL_CTX_free(context) }

    /// Why the newest connection that a library made from `pointer` failed, once.
    package func takeFailure() -> TLSConnectionError? { notes.takeFailure() }

    /// Whether a connection (`SSL *`) that a library made has decrypted bytes which it has not read: its socket will
    /// not say so.
    package static func hasPending(_ connection: UnsafeMutableRawPointer) -> Bool {
        SSL_pending(OpaquePointer(connection)) > 0
    }

    /// Requires a server's certificate to hold a name or an IP address; answers whether it is a name.
    @discardableResult
    static func expect(_ host: String, in parameters: OpaquePointer?) -> Bool {
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1 { return false }
        OpenSSLErrors.clear()
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        precondition(X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1)
        return true
    }

    /// What the first message names the server by, where a library sends it; an address is not sent (RFC 6066, 3).
    var serverNameToSend: String? {
        X509_VERIFY_PARAM_get0_host(SSL_CTX_get0_param(context), 0).map { String(cString: $0) }
    }

    private static func expiry(_ context: OpaquePointer) -> Int64? {
        SSL_CTX_get0_certificate(context).flatMap { CertificateReading.unixSeconds(X509_get0_notAfter($0)) }
    }
}
