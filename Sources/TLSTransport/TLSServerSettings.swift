/// How a server proves itself, and whom it lets in.
package struct TLSServerSettings: Hashable, Sendable {
    /// PEM file of the certificate, followed by the intermediate ones.
    package var certificateFile: String
    package var keyFile: String
    /// PEM file of the authorities whose client certificates are required; nil asks for none.
    package var clientAuthorityFile: String?

    package init(certificateFile: String, keyFile: String, clientAuthorityFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientAuthorityFile = clientAuthorityFile
    }
}
