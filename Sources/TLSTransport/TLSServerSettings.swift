/// How a server proves itself, and whom it lets in.
package struct TLSServerSettings: Hashable, Sendable {
    /// What is asked of clients, in the words of Prometheus's web configuration. Those of its words that take a
    /// certificate without checking it are left out: they would name nobody.
    package enum ClientAuthentication: String, CaseIterable, Sendable {
        case none = "NoClientCert"
        /// Checked where there is one.
        case ifGiven = "VerifyClientCertIfGiven"
        case required = "RequireAndVerifyClientCert"
    }

    /// Where these stand in the settings file, for what a person reads: `http.tls_server_config`.
    package var name: String
    /// PEM file of the certificate, followed by the intermediate ones.
    package var certificateFile: String
    package var key: TLSKeySource
    /// PEM file of the authorities that sign clients' certificates; nil asks for none.
    package var clientAuthorityFile: String?
    package var clientAuthentication: ClientAuthentication

    /// Client certificates are required where their authorities are given and nothing else is said.
    package init(
        name: String = "tls_server_config", certificateFile: String, key: TLSKeySource,
        clientAuthorityFile: String? = nil, clientAuthentication: ClientAuthentication? = nil
    ) {
        self.name = name
        self.certificateFile = certificateFile
        self.key = key
        self.clientAuthorityFile = clientAuthorityFile
        self.clientAuthentication = clientAuthentication ?? (clientAuthorityFile == nil ? .none : .required)
    }

    func setting(_ key: String) -> String { "\(name).\(key)" }

    var files: [String] { [certificateFile, key.path, clientAuthorityFile].compactMap { $0 } }
}
