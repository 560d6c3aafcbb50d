package import Authentication
package import HTTPExchange

/// Why `wayside-hub query` or `fleet` has no answer.
package enum HubClientFailure: Error, CustomStringConvertible {
    case badAddress(String)
    /// The address holds a name or password, which are not repeated.
    case passwordInAddress
    /// The file with the password or token cannot be used.
    case noCredentials(RequestAuthorizationError)
    /// The hub takes no or other credentials; its own words.
    case unauthorized(String)
    case unreachable(HTTPClientError)
    /// The hub's own words about the expression.
    case refused(String)
    case unreadable(String)
    case badTime(String)

    /// Whether the person who asked can mend it by asking otherwise.
    package var isUsage: Bool {
        switch self {
        case .badAddress, .passwordInAddress, .noCredentials, .unauthorized, .refused, .badTime: true
        case .unreachable, .unreadable: false
        }
    }

    package var description: String {
        switch self {
        case .badAddress(let text): "\(text) is not an address such as http://127.0.0.1:9661"
        case .passwordInAddress:
            "a name or password in an address shows in lists of processes; give --user and --password-file instead"
        case .noCredentials(let error): "\(error)"
        case .unauthorized(let text):
            "the hub does not let you in: \(text) Give --user and --password-file, or --bearer-token-file"
        case .unreachable(.tls(let text)): text
        case .unreachable(let error): "\(error); is the hub running? name it with --url"
        case .refused(let text): text
        case .badTime(let text): "--time \(text): expected seconds since 1970 or 2026-11-20T08:00:00Z"
        case .unreadable(let text): "the hub's answer cannot be read: \(text)"
        }
    }
}
