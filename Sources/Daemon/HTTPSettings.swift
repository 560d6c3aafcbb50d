package import Authentication
package import HTTPExchange
package import SettingsFile

/// `http:` where a program listens, and to whom.
package struct HTTPSettings: SettingsReadable, Sendable {
    /// Nil where the file does not say.
    package let listen: HTTPAddress?
    package let access: AccessSettings
    /// Nil for plain HTTP.
    package let tls: TLSServerConfigSettings?

    package init(from section: SettingsSection) {
        listen = section.value("listen", expected: "an address and a port such as 127.0.0.1:9660") {
            HTTPAddress($0)
        }
        access = AccessSettings(from: section)
        tls = section.optionalSection("tls_server_config")
    }
}
