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

    /// The `SSL_CTX *`, for libraries that take one; valid while this object lives.
    package var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(context) }

    package init(client settings: TLSClientSettings) throws(TLSSettingsError) {
        context = try TLSContext.make(TLS_client_method())
        role = .client(serverName: settings.serverName)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if let path = settings.authorityFile {
            try trust(path)
        } else {
            // The hashed directory alone: the bundle file would cost megabytes for each process.
            SSL_CTX_set_default_verify_dir(context)
        }
        if let certificate = settings.certificateFile {
            try identify(certificate: certificate, key: settings.keyFile ?? certificate)
        }
        if settings.offersHTTP {
            let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
            // Zero is success for this one function.
            precondition(SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0)
        }
    }

    package init(server settings: TLSServerSettings) throws(TLSSettingsError) {
        context = try TLSContext.make(TLS_server_method())
        role = .server
        try identify(certificate: settings.certificateFile, key: settings.keyFile)
        wayside_accept_http11(context)
        // Sessions are resumed by tickets, which cost the server no memory; they must name their context.
        let name: [UInt8] = Array("wayside".utf8)
        SSL_CTX_set_session_id_context(context, name, UInt32(name.count))
        guard let path = settings.clientAuthorityFile else { return }
        try trust(path)
        SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(path))
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }

    deinit { SSL_CTX_free(context) }

    private static func make(_ method: OpaquePointer?) throws(TLSSettingsError) -> OpaquePointer {
        OpenSSLErrors.clear()
        guard let context = SSL_CTX_new(method) else { throw .failed(reason: OpenSSLErrors.take()) }
        guard wayside_set_minimum_version(context, Int(TLS1_2_VERSION)) == 1 else {
            SSL_CTX_free(context)
            throw .failed(reason: OpenSSLErrors.take())
        }
        SSL_CTX_set_options(context, UInt64(1) << 30)  // SSL_OP_NO_RENEGOTIATION
        wayside_release_buffers(context)
        wayside_refuse_passphrases(context)
        return context
    }

    private func trust(_ path: String) throws(TLSSettingsError) {
        OpenSSLErrors.clear()
        guard SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
            throw .trustUnreadable(path: path, reason: OpenSSLErrors.take())
        }
    }

    private func identify(certificate: String, key: String) throws(TLSSettingsError) {
        OpenSSLErrors.clear()
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw .certificateUnreadable(path: certificate, reason: OpenSSLErrors.take())
        }
        guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            let reason = OpenSSLErrors.take()
            // OpenSSL compares the key while it loads it, where a certificate is there already.
            if reason.contains("mismatch") { throw .keyDoesNotMatch(certificatePath: certificate, keyPath: key) }
            throw .keyUnreadable(path: key, reason: reason)
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            OpenSSLErrors.clear()
            throw .keyDoesNotMatch(certificatePath: certificate, keyPath: key)
        }
    }
}
