package import SettingsFile
package import TLSTransport

/// `tls_config:` how a destination or a broker is proved, and how we prove ourselves, in the words of Prometheus's
/// configuration.
package struct TLSConfigSettings: SettingsReadable, Sendable {
    /// For HTTP; for MQTT, `offersHTTP` is to be switched off.
    package let client: TLSClientSettings

    /// The `tls_config` beside a `url`: nil where the address asks for no TLS, a problem where there is one then.
    package static func read(
        _ section: SettingsSection, secureScheme: String, url: SettingsURL, offersHTTP: Bool = true
    ) -> TLSClientSettings? {
        guard url.scheme == secureScheme else {
            if section.isGiven("tls_config") {
                section.problem("tls_config", "has no use with \(url.scheme)://; write the url with \(secureScheme)://")
            }
            return nil
        }
        var client = section.section("tls_config", as: TLSConfigSettings.self).client
        client.offersHTTP = offersHTTP
        return client
    }

    package init(from section: SettingsSection) {
        let certificate = section.filePath("cert_file")
        let key = TLSFileProblems.key(section)
        client = TLSClientSettings(
            name: section.path, authorityFile: section.filePath("ca_file"), serverName: section.string("server_name"),
            certificateFile: certificate, key: key)
        if certificate == nil, key != nil {
            section.problem("key_file", "needs \"cert_file\", the certificate that the key belongs to")
            return
        }
        if certificate == nil, client.authorityFile == nil { return }
        do throws(TLSSettingsError) {
            _ = try TLSContext(client: client)
        } catch {
            TLSFileProblems.record(error, in: section, authorityKey: "ca_file")
        }
    }
}
