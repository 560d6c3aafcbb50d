internal import COpenSSL

extension TLSCertificateProblem {
    /// Reads what a verification has stumbled over.
    init(_ store: OpaquePointer) {
        let code = X509_STORE_CTX_get_error(store)
        let kind = Kind(code)
        let depth = X509_STORE_CTX_get_error_depth(store)
        let current = X509_STORE_CTX_get_current_cert(store)
        var bound: String?
        switch kind {
        case .expired: bound = current.flatMap { CertificateReading.text(X509_get0_notAfter($0)) }
        case .notYetValid: bound = current.flatMap { CertificateReading.text(X509_get0_notBefore($0)) }
        case .unknownAuthority, .selfSigned, .wrongName, .other: break
        }
        self.init(
            kind: kind, reason: X509_verify_cert_error_string(Int(code)).map { String(cString: $0) } ?? "error \(code)",
            isAuthority: depth > 0,
            bound: bound, names: X509_STORE_CTX_get0_cert(store).map(CertificateReading.names) ?? [])
    }
}

extension TLSCertificateProblem.Kind {
    /// Of an X509_V_ERR_ code.
    init(_ code: Int32) {
        switch code {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        // A signature that fails is an authority of the right name with another key: one that was made anew.
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_CERT_SIGNATURE_FAILURE:
            self = .unknownAuthority
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: self = .wrongName
        default: self = .other
        }
    }
}
