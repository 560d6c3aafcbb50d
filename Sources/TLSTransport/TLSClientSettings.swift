/// How a client proves the server, and itself.
package struct TLSClientSettings: Hashable, Sendable {
    /// Where these stand in the settings file, for what a person reads: `remote_write[0].tls_config`; `--` for a
    /// command's options.
    package var name: String
    /// PEM file of the authorities to trust instead of the system's.
    package var authorityFile: String?
    /// The name the server's certificate must have, where it is not the host connected to.
    package var serverName: String?
    /// PEM file of the client's own certificate chain, and its key, where the server asks for one. Without a key
    /// the certificate's file holds it.
    package var certificateFile: String?
    package var key: TLSKeySource?
    /// Whether to offer `http/1.1` by ALPN; not for MQTT.
    package var offersHTTP: Bool

    package init(
        name: String = "tls_config", authorityFile: String? = nil, serverName: String? = nil,
        certificateFile: String? = nil, key: TLSKeySource? = nil, offersHTTP: Bool = true
    ) {
        self.name = name
        self.authorityFile = authorityFile
        self.serverName = serverName
        self.certificateFile = certificateFile
        self.key = key
        self.offersHTTP = offersHTTP
    }

    /// A setting as a person reads it; those that come from a command line have the name `--`.
    func setting(_ key: String) -> String {
        name == "--" ? "--" + String(key.map { $0 == "_" ? "-" : $0 }) : "\(name).\(key)"
    }

    var files: [String] { [authorityFile, certificateFile, key?.path].compactMap { $0 } }
}
