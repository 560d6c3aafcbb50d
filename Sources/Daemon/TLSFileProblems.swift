internal import SettingsFile
internal import TLSTransport

/// Problems of settings with the files that TLS is set up from.
enum TLSFileProblems {
    /// Reads `key_file`: a path, or an OpenSSL store URI, which may hold a PIN.
    static func key(_ section: SettingsSection) -> TLSKeySource? {
        let expected = "the path of a PEM file, or a key's URI such as pkcs11:object=gateway"
        guard let text = section.string("key_file", expected: expected) else { return nil }
        if TLSKeySource.isURI(text) {
            if text.contains("pin-value=") {
                section.mask("key_file")
                section.problem(
                    "key_file",
                    "a PIN in an address would show in logs; give pin-source=file:/path instead of pin-value")
                return nil
            }
            return TLSKeySource(text)
        }
        return section.filePath("key_file").map { TLSKeySource($0) }
    }

    /// Puts an error at the key whose file it is about.
    static func record(_ error: TLSSettingsError, in section: SettingsSection, authorityKey: String) {
        switch error {
        case .certificateUnreadable: section.problem("cert_file", "\(error)")
        case .keyUnreadable, .keyDoesNotMatch:
            section.problem(section.isGiven("key_file") ? "key_file" : "cert_file", "\(error)")
        case .trustUnreadable: section.problem(authorityKey, "\(error)")
        case .failed: section.problem("cert_file", "\(error)")
        }
    }
}
