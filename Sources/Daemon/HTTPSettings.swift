package import HTTPExchange
package import SettingsFile

/// `http:` where a program listens.
package struct HTTPSettings: SettingsReadable, Sendable {
    /// Nil where the file does not say.
    package let listen: HTTPAddress?
    /// Nil for plain HTTP.
    package let tls: TLSServerConfigSettings?

    package init(from section: SettingsSection) {
        listen = section.value("listen", expected: "an address and a port such as 127.0.0.1:9660") {
            HTTPAddress($0)
        }
        tls = section.optionalSection("tls_server_config")
    }
}
