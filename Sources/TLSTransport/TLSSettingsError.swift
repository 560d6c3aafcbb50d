/// Why a TLS context cannot be made; each names the file to look at.
package enum TLSSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    case certificateUnreadable(path: String, reason: String)
    /// `key` is a path, or a store's URI without its PIN.
    case keyUnreadable(key: String, reason: String)
    case keyDoesNotMatch(certificatePath: String, key: String)
    case trustUnreadable(path: String, reason: String)
    /// OpenSSL itself refused, without a file to blame.
    case failed(reason: String)

    package var description: String {
        switch self {
        case .certificateUnreadable(let path, let reason): "the certificate \(path) cannot be used: \(reason)"
        case .keyUnreadable(let key, let reason): "the key \(key) cannot be used: \(reason)"
        case .keyDoesNotMatch(let certificate, let key):
            "the key \(key) does not belong to the certificate \(certificate)"
        case .trustUnreadable(let path, let reason): "the authorities in \(path) cannot be used: \(reason)"
        case .failed(let reason): "TLS cannot be set up: \(reason)"
        }
    }
}
