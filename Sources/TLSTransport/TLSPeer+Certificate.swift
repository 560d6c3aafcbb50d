internal import COpenSSL

extension TLSPeer {
    /// Reads the names of a certificate. A name that is not UTF-8, or holds a control character, is left out: what
    /// compares or logs it could be led astray.
    init(_ certificate: OpaquePointer) {
        let alternatives = TLSPeer.alternativeNames(of: certificate)
        self.init(
            commonName: TLSPeer.commonName(of: certificate), dnsNames: alternatives.dnsNames, uris: alternatives.uris)
    }

    private static func commonName(of certificate: OpaquePointer) -> String? {
        let subject = X509_get_subject_name(certificate)
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, X509_NAME_get_index_by_NID(subject, NID_commonName, index) < 0 else { return nil }
        return text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)))
    }

    private static func alternativeNames(of certificate: OpaquePointer) -> (dnsNames: [String], uris: [String]) {
        var (dnsNames, uris): ([String], [String]) = ([], [])
        guard let names = wayside_alternative_names(certificate) else { return (dnsNames, uris) }
        defer { wayside_free_names(names) }
        for index in 0..<wayside_name_count(names) {
            guard let name = wayside_name_at(names, index) else { continue }
            switch name.pointee.type {
            case GEN_DNS: if let dnsName = text(name.pointee.d.dNSName) { dnsNames.append(dnsName) }
            case GEN_URI: if let uri = text(name.pointee.d.uniformResourceIdentifier) { uris.append(uri) }
            default: break
            }
        }
        return (dnsNames, uris)
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, string)
        guard count >= 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        let name = String(validating: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        guard let name, !name.isEmpty, name.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
        return name
    }
}
