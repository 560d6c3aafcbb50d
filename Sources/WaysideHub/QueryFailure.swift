package import HTTPExchange

/// Why `wayside-hub query` has no answer.
package enum QueryFailure: Error, CustomStringConvertible {
    case badAddress(String)
    case unreachable(HTTPClientError)
    /// The hub's own words about the expression.
    case refused(String)
    case unreadable(String)

    /// Whether the person who asked can mend it by asking otherwise.
    package var isUsage: Bool {
        switch self {
        case .badAddress, .refused: true
        case .unreachable, .unreadable: false
        }
    }

    package var description: String {
        switch self {
        case .badAddress(let text): "\(text) is not an address such as http://127.0.0.1:9661"
        case .unreachable(.tls(let text)): text
        case .unreachable(let error): "\(error); is the hub running? name it with --url"
        case .refused(let text): text
        case .unreadable(let text): "the hub's answer cannot be read: \(text)"
        }
    }
}
