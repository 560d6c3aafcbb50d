/// How a client proves the server, and itself.
package struct TLSClientSettings: Hashable, Sendable {
    /// PEM file of the authorities to trust instead of the system's.
    package var authorityFile: String?
    /// The name the server's certificate must have, where it is not the host connected to.
    package var serverName: String?
    /// PEM files of the client's own certificate chain and key, where the server asks for one.
    package var certificateFile: String?
    package var keyFile: String?
    /// Whether to offer `http/1.1` by ALPN; not for MQTT.
    package var offersHTTP: Bool

    package init(
        authorityFile: String? = nil, serverName: String? = nil, certificateFile: String? = nil,
        keyFile: String? = nil, offersHTTP: Bool = true
    ) {
        self.authorityFile = authorityFile
        self.serverName = serverName
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.offersHTTP = offersHTTP
    }
}
