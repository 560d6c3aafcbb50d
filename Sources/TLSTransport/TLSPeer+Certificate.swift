internal import COpenSSL

extension TLSPeer {
    /// Reads the names of a certificate. A name that is not UTF-8, or holds a control character, is left out: what
    /// compares or logs it could be led astray.
    init(_ certificate: OpaquePointer) {
        let alternatives = CertificateReading.alternativeNames(of: certificate)
        self.init(
            commonName: CertificateReading.commonName(of: certificate), dnsNames: alternatives.dnsNames,
            uris: alternatives.uris)
    }
}
