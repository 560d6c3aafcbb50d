/// Who the other side is by its certificate, which our authorities have signed.
package struct TLSPeer: Hashable, Sendable {
    /// The subject's common name; nil where it has none, or several, which could be read either way.
    package let commonName: String?
    /// The subject alternative names that are DNS names, in the certificate's order.
    package let dnsNames: [String]
    /// The subject alternative names that are URIs, in the certificate's order.
    package let uris: [String]

    package init(commonName: String?, dnsNames: [String] = [], uris: [String] = []) {
        self.commonName = commonName
        self.dnsNames = dnsNames
        self.uris = uris
    }
}
