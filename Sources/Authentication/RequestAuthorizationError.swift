/// Why a request's credentials cannot be made. The description names the setting and the file.
package enum RequestAuthorizationError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(setting: String, path: String, reason: String)
    case empty(setting: String, path: String)
    /// It holds bytes that a header field cannot carry.
    case notAToken(setting: String, path: String)

    package var description: String {
        switch self {
        case .unreadable(let setting, let path, let reason): "\(setting): the file \(path) cannot be read: \(reason)"
        case .empty(let setting, let path): "\(setting): the file \(path) is empty"
        case .notAToken(let setting, let path):
            "\(setting): the file \(path) does not hold a token: one line of printable characters"
        }
    }
}
