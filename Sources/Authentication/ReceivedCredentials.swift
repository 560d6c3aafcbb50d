internal import HTTPExchange
internal import SettingsFile

/// What a request's `Authorization` field holds.
enum ReceivedCredentials: Equatable {
    case none
    /// RFC 7617: a user's name and password.
    case basic(user: String, password: Secret)
    /// RFC 6750: a token.
    case bearer(Secret)
    /// Another scheme, several fields, or one that cannot be read.
    case unreadable

    init(_ headers: HTTPHeaders) {
        let fields = headers.values("Authorization")
        guard let field = fields.first else {
            self = .none
            return
        }
        let scheme = field.prefix { $0 != " " }
        let value = field[scheme.endIndex...].drop { $0 == " " }
        guard fields.count == 1, !value.isEmpty else {
            self = .unreadable
            return
        }
        switch scheme.lowercased() {
        case "basic": self = ReceivedCredentials.basic(value)
        case "bearer": self = .bearer(Secret(String(value)))
        default: self = .unreadable
        }
    }

    private static func basic(_ value: Substring) -> ReceivedCredentials {
        guard let bytes = Base64Text.decode(value), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let user = String(validating: bytes[..<colon], as: UTF8.self),
            let password = String(validating: bytes[(colon + 1)...], as: UTF8.self)
        else { return .unreadable }
        return .basic(user: user, password: Secret(password))
    }
}
