internal import COpenSSL
internal import LinuxSystem

/// An OpenSSL context while it is being made; gone with its builder unless `finish` takes it.
final class TLSContextBuilder {
    let context: OpaquePointer
    private var isFinished = false

    /// Far above any bundle of authorities.
    private static let fileByteLimit = 16 << 20

    init(_ method: OpaquePointer?) throws(TLSSettingsError) {
        OpenSSLErrors.clear()
        guard let context = SSL_CTX_new(method) else { throw .failed(reason: OpenSSLErrors.take()) }
        self.context = context
        guard wayside_set_minimum_version(context, Int(TLS1_2_VERSION)) == 1 else {
            throw .failed(reason: OpenSSLErrors.take())
        }
        SSL_CTX_set_options(context, UInt64(1) << 30)  // SSL_OP_NO_RENEGOTIATION
        wayside_release_buffers(context)
        wayside_refuse_passphrases(context)
    }

    deinit { if !isFinished { SSL_CTX_free(context) } }

    func finish() -> OpaquePointer {
        isFinished = true
        return context
    }

    /// Checks the peer's certificate, noting why one is refused.
    func verify(_ mode: Int32) { SSL_CTX_set_verify(context, mode, TLSCallbacks.verify) }

    /// Trusts the system's hashed directory alone: the bundle file would cost megabytes for each process.
    func trustSystem() { SSL_CTX_set_default_verify_dir(context) }

    func trust(_ path: String) throws(TLSSettingsError) {
        if let reason = unreadable(path) { throw .trustUnreadable(path: path, reason: reason) }
        OpenSSLErrors.clear()
        guard SSL_CTX_load_verify_locations(context, path, nil) == 1 else {
            throw .trustUnreadable(path: path, reason: plain(OpenSSLErrors.take(), missing: "certificate"))
        }
    }

    func offerHTTP() {
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        // Zero is success for this one function.
        precondition(SSL_CTX_set_alpn_protos(context, protocols, UInt32(protocols.count)) == 0)
    }

    /// Our own certificate and its key.
    func identify(certificate: String, key: TLSKeySource) throws(TLSSettingsError) {
        if let reason = unreadable(certificate) { throw .certificateUnreadable(path: certificate, reason: reason) }
        OpenSSLErrors.clear()
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw .certificateUnreadable(
                path: certificate, reason: plain(OpenSSLErrors.take(), missing: "certificate"))
        }
        let isLoaded = try key.isURI ? loadKey(uri: key) : loadKey(file: key)
        guard isLoaded, SSL_CTX_check_private_key(context) == 1 else {
            let reason = OpenSSLErrors.take()
            // OpenSSL compares the key with the certificate while it loads it.
            if reason.contains("mismatch") || isLoaded {
                throw .keyDoesNotMatch(certificatePath: certificate, key: "\(key)")
            }
            throw .keyUnreadable(key: "\(key)", reason: plain(reason, missing: "private key"))
        }
    }

    private func loadKey(file key: TLSKeySource) throws(TLSSettingsError) -> Bool {
        if let reason = unreadable(key.text) { throw .keyUnreadable(key: "\(key)", reason: reason) }
        OpenSSLErrors.clear()
        return SSL_CTX_use_PrivateKey_file(context, key.text, SSL_FILETYPE_PEM) == 1
    }

    /// Takes the first private key of a store. Nobody is asked for a PIN: it belongs into the URI's `pin-source`, or
    /// into openssl.cnf.
    private func loadKey(uri key: TLSKeySource) throws(TLSSettingsError) -> Bool {
        OpenSSLErrors.clear()
        guard let store = OSSL_STORE_open(key.text, UI_null(), nil, nil, nil) else {
            throw .keyUnreadable(key: "\(key)", reason: OpenSSLErrors.take())
        }
        defer { OSSL_STORE_close(store) }
        OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY)
        while OSSL_STORE_eof(store) == 0 {
            guard let entry = OSSL_STORE_load(store) else { continue }
            defer { OSSL_STORE_INFO_free(entry) }
            guard OSSL_STORE_INFO_get_type(entry) == OSSL_STORE_INFO_PKEY else { continue }
            OpenSSLErrors.clear()
            return SSL_CTX_use_PrivateKey(context, OSSL_STORE_INFO_get0_PKEY(entry)) == 1
        }
        let reason = OpenSSLErrors.takeIfAny() ?? "no private key in it"
        throw .keyUnreadable(key: "\(key)", reason: reason)
    }

    /// Why a file cannot be read, in the system's words, which say more than OpenSSL's "system lib".
    private func unreadable(_ path: String) -> String? {
        do throws(SystemError) {
            _ = try Files.read(path, byteLimit: TLSContextBuilder.fileByteLimit)
            return nil
        } catch {
            return error.reason
        }
    }

    /// OpenSSL's words for the usual mistakes as an operator would put them.
    private func plain(_ reason: String, missing: String) -> String {
        if reason.contains("no start line") || reason.contains("no certificate or crl found") {
            return "no PEM \(missing) in it"
        }
        if reason.contains("bad password read") || reason.contains("bad decrypt") || reason.contains("interrupted") {
            return "it is protected by a passphrase, which a service cannot be asked for; "
                + "write it without one: openssl pkey -in OLD -out NEW (\(reason))"
        }
        return reason
    }
}
