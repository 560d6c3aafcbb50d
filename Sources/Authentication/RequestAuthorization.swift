internal import LinuxSystem
package import SettingsFile

/// How requests to one server say who they are from: `basic_auth` or `authorization` of its settings, named and
/// written as in Prometheus, or nothing.
package struct RequestAuthorization: Sendable {
    private enum Scheme: Sendable {
        case none
        case basic(user: String, password: SecretReader)
        /// The scheme's name and what follows it.
        case token(type: String, credentials: SecretReader)
    }

    private let scheme: Scheme
    /// The settings that the two belong to: `remote_write[0]`.
    private let setting: String

    /// Reads both keys of `section`; a file with a secret is only named by it, and read when a request needs it.
    package init(from section: SettingsSection) {
        setting = section.path
        let basic = section.optionalSection("basic_auth", as: BasicSettings.self)
        let token = section.optionalSection("authorization", as: TokenSettings.self)
        if basic != nil && token != nil {
            section.problem("authorization", "excludes \"basic_auth\"; a request has one kind of credentials")
        }
        if let basic, let password = basic.password {
            scheme = .basic(user: basic.user, password: password)
        } else if let token, let credentials = token.credentials {
            scheme = .token(type: token.type, credentials: credentials)
        } else {
            scheme = .none
        }
    }

    /// Basic authentication as `user` with the password in a file, for a command's options.
    package init(user: String, passwordFile: String, option: String) {
        setting = option
        scheme = .basic(user: user, password: SecretReader(.file(path: passwordFile), setting: option))
    }

    /// The bearer token in a file, for a command's options.
    package init(tokenFile: String, option: String) {
        setting = option
        scheme = .token(type: "Bearer", credentials: SecretReader(.file(path: tokenFile), setting: option))
    }

    /// Nothing is said of who asks.
    package static let none = RequestAuthorization()

    private init() {
        setting = ""
        scheme = .none
    }

    /// Whether requests carry a secret.
    package var isGiven: Bool {
        if case .none = scheme { return false }
        return true
    }

    /// The value of the `Authorization` field for a request that is made now; nil where none belongs.
    package func header() throws(RequestAuthorizationError) -> String? {
        switch scheme {
        case .none: return nil
        case .basic(let user, let password):
            return "Basic " + Base64Text.encode(Array("\(user):\(try password.secret().revealed)".utf8))
        case .token(let type, let credentials):
            let token = try credentials.secret().revealed
            guard token.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw .notAToken(setting: credentials.setting, path: credentials.path ?? "")
            }
            return "\(type) \(token)"
        }
    }

    /// What keeps `header` from being made now, nil where nothing does.
    package func problem() -> RequestAuthorizationError? {
        do throws(RequestAuthorizationError) {
            _ = try header()
            return nil
        } catch {
            return error
        }
    }

    /// What its operator should look at when the server has answered with a status that is theirs to mend; nil for
    /// any other.
    package func advice(forStatus status: Int) -> String? {
        switch (status, scheme) {
        case (401, .none), (407, .none):
            "set \(setting).basic_auth or \(setting).authorization, or a client certificate"
        case (401, _), (407, _): "check \(credentials)"
        case (403, .none): "check what \(setting).url lets this agent.id do"
        case (403, _): "check agent.id and \(credentials)"
        case (404, _), (405, _): "check \(setting).url"
        default: nil
        }
    }

    /// The setting with what it says, without the secret.
    private var credentials: String {
        switch scheme {
        case .none: setting
        case .basic(let user, let password):
            "\(setting).basic_auth (user \(user)\(RequestAuthorization.place(password)))"
        case .token(_, let credentials): "\(setting).authorization (token\(RequestAuthorization.place(credentials)))"
        }
    }

    private static func place(_ secret: SecretReader) -> String { secret.path.map { ", \($0)" } ?? "" }
}

/// `basic_auth:`
private struct BasicSettings: SettingsReadable {
    let user: String
    let password: SecretReader?

    init(from section: SettingsSection) {
        user = section.requiredString("username", expected: "the name that the receiver knows")
        if !user.isEmpty && !AccessSettings.isName(user) {
            section.problem("username", "a name has 1 to 128 bytes without control characters and colons")
        }
        password = section.reader("password")
    }
}

/// `authorization:`
private struct TokenSettings: SettingsReadable {
    let type: String
    let credentials: SecretReader?

    init(from section: SettingsSection) {
        type = section.value(
            "type", expected: "a scheme's name such as Bearer (for Basic there is \"basic_auth\")", default: "Bearer"
        ) { text in
            let isName = !text.isEmpty && text.utf8.allSatisfy { (65...90).contains($0 & 0xDF) || $0 == 45 }
            return isName && text.lowercased() != "basic" ? text : nil
        }
        credentials = section.reader("credentials")
    }
}

extension SettingsSection {
    /// The secret under `key` or in the file under `key_file`, one of which must be given.
    fileprivate func reader(_ key: String) -> SecretReader? {
        guard let source = secretSource(key) else {
            if !isGiven(key) && !isGiven(key + "_file") {
                problem(key + "_file", "required; expected the path of a file that holds the secret")
            }
            return nil
        }
        let isFile = if case .file = source { true } else { false }
        return SecretReader(source, setting: "\(path).\(key)\(isFile ? "_file" : "")")
    }
}
