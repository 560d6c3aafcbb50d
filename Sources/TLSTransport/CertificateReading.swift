internal import COpenSSL

/// What certificates say, as values.
enum CertificateReading {
    /// The common name of the subject; nil where it has none, or several.
    static func commonName(of certificate: OpaquePointer) -> String? {
        let subject = X509_get_subject_name(certificate)
        let index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1)
        guard index >= 0, X509_NAME_get_index_by_NID(subject, NID_commonName, index) < 0 else { return nil }
        return name(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)))
    }

    /// The subject alternative names of the kinds that are used here.
    static func alternativeNames(
        of certificate: OpaquePointer
    ) -> (dnsNames: [String], uris: [String], addresses: [String]) {
        var (dnsNames, uris, addresses): ([String], [String], [String]) = ([], [], [])
        guard let names = wayside_alternative_names(certificate) else { return (dnsNames, uris, addresses) }
        defer { wayside_free_names(names) }
        for index in 0..<wayside_name_count(names) {
            guard let name = wayside_name_at(names, index) else { continue }
            switch name.pointee.type {
            case GEN_DNS: if let dnsName = self.name(name.pointee.d.dNSName) { dnsNames.append(dnsName) }
            case GEN_URI: if let uri = self.name(name.pointee.d.uniformResourceIdentifier) { uris.append(uri) }
            case GEN_IPADD: if let address = address(name.pointee.d.iPAddress) { addresses.append(address) }
            default: break
            }
        }
        return (dnsNames, uris, addresses)
    }

    /// What a server's certificate is for: its names and addresses, else its common name.
    static func names(of certificate: OpaquePointer) -> [String] {
        let alternatives = alternativeNames(of: certificate)
        let names = alternatives.dnsNames + alternatives.addresses
        return names.isEmpty ? commonName(of: certificate).map { [$0] } ?? [] : names
    }

    /// A certificate's time in seconds since 1970; nil where it is not in order.
    static func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_STRING_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }

    /// A certificate's time as `2026-11-25 10:00:00Z`; nil where it is not in order.
    static func text(_ time: UnsafePointer<ASN1_TIME>?) -> String? {
        guard let time, let output = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(output) }
        guard ASN1_TIME_print_ex(output, time, UInt(ASN1_DTFLGS_ISO8601)) == 1 else { return nil }
        return String(
            decoding: [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
                count = Int(max(0, BIO_read(output, buffer.baseAddress, 64)))
            }, as: UTF8.self)
    }

    /// A string of a certificate; nil where it is empty, not UTF-8, or holds a control character.
    private static func name(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&bytes, string)
        guard count >= 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        let name = String(validating: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        guard let name, !name.isEmpty, name.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
        return name
    }

    private static func address(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string)))
        switch bytes.count {
        case 4: return bytes.map { String($0) }.joined(separator: ".")
        case 16:
            let words = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
            return words.map { String($0, radix: 16) }.joined(separator: ":")
        default: return nil
        }
    }
}
