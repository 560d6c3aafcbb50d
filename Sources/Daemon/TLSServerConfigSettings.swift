package import SettingsFile
package import TLSTransport

/// `http.tls_server_config:` how a listener proves itself and whom it lets in, in the words of Prometheus's web
/// configuration.
package struct TLSServerConfigSettings: SettingsReadable, Sendable {
    package let server: TLSServerSettings

    package init(from section: SettingsSection) {
        let authorities = section.filePath("client_ca_file")
        var authentication: TLSServerSettings.ClientAuthentication?
        if section.isGiven("client_auth_type") { authentication = section.choice("client_auth_type", default: .none) }
        let certificate = section.filePath("cert_file")
        let key = TLSFileProblems.key(section)
        server = TLSServerSettings(
            name: section.path, certificateFile: certificate ?? "", key: key ?? TLSKeySource(certificate ?? ""),
            clientAuthorityFile: authorities, clientAuthentication: authentication)
        guard certificate != nil, key != nil else {
            for missing in ["cert_file", "key_file"] where !section.isGiven(missing) {
                section.problem(missing, "required; expected the path of a PEM file")
            }
            return
        }
        if authentication == TLSServerSettings.ClientAuthentication.none, authorities != nil {
            section.problem(
                "client_ca_file", "has no use with client_auth_type: NoClientCert; leave one of the two out")
        }
        if let authentication, authentication != .none, authorities == nil {
            section.problem(
                "client_auth_type", "\(authentication.rawValue) needs \"client_ca_file\", who signs the certificates")
        }
        do throws(TLSSettingsError) {
            _ = try TLSContext(server: server)
        } catch {
            TLSFileProblems.record(error, in: section, authorityKey: "client_ca_file")
        }
    }
}
