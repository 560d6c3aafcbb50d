package import HTTPExchange
internal import LinuxSystem
internal import SettingsFile
internal import Synchronization
internal import TLSTransport

/// Admits the users and tokens of a listener's settings, and nobody else, to whatever path.
package final class ListenerAccess: HTTPAccess {
    /// Called for each refusal, with who asked; must not wait.
    package typealias Report = @Sendable (_ reason: AccessRefusal, _ address: String) -> Void

    private let realm: String
    private let hasUsers: Bool
    private let passwords: PasswordChecker
    /// By the keyed digest of the token's digest: whoever tries tokens knows no bit of what is compared, so that the
    /// time which a comparison takes tells nothing.
    private let namesByToken: [[UInt8]: String]
    private let key: [UInt8]
    private let report: Report
    private let refusals = Mutex<[AccessRefusal: UInt64]>([:])

    /// Nil where the settings name nobody: then everybody is admitted. `realm` is what a browser shows.
    package init?(
        _ settings: AccessSettings, realm: String,
        limits: PasswordCheckLimits = PasswordCheckLimits(workerCount: max(1, Machine.processorCount / 2)),
        report: @escaping Report = { _, _ in }
    ) {
        if settings.isOpen { return nil }
        self.realm = realm
        self.report = report
        hasUsers = !settings.users.isEmpty
        passwords = PasswordChecker(settings.users, limits: limits)
        let key = (0..<4).flatMap { _ in withUnsafeBytes(of: Machine.randomWord()) { Array($0) } }
        self.key = key
        namesByToken = Dictionary(
            settings.tokens.map { (MessageDigest.keyed($0.digest, key: key), $0.name) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Requests refused so far, by reason; every reason is there.
    package func refusalCounts() -> [(reason: AccessRefusal, count: UInt64)] {
        let counts = refusals.withLock { $0 }
        return AccessRefusal.allCases.map { ($0, counts[$0] ?? 0) }
    }

    /// How often bcrypt has been computed.
    package var passwordCheckCount: UInt64 { passwords.checkCount }

    package func decide(_ request: HTTPRequest) -> HTTPAccessDecision {
        let address = ListenerAccess.host(request.remoteAddress)
        switch ReceivedCredentials(request.headers) {
        case .none: return refuse(.missing, address)
        case .unreadable: return refuse(.unreadable, address)
        case .bearer(let token):
            guard !namesByToken.isEmpty else { return refuse(.unreadable, address) }
            let digest = MessageDigest.sha256(Array(token.revealed.utf8))
            guard let name = namesByToken[MessageDigest.keyed(digest, key: key)] else {
                return refuse(.wrongToken, address)
            }
            return .admitted(user: name)
        case .basic(let user, let password):
            guard hasUsers else { return refuse(.unreadable, address) }
            if passwords.isKnown(user, password) { return .admitted(user: user) }
            return .undecided {
                switch await self.passwords.check(user, password, from: address) {
                case .right: .admitted(user: user)
                case .wrong: self.refuse(.wrongPassword, address)
                case .busy: self.refuse(.busy, address)
                case .unavailable: self.refuse(.unavailable, address)
                }
            }
        }
    }

    private func refuse(_ reason: AccessRefusal, _ address: String) -> HTTPAccessDecision {
        refusals.withLock { $0[reason, default: 0] += 1 }
        report(reason, address)
        var headers: HTTPHeaders = [:]
        let message: String
        switch reason {
        case .missing: message = "This server wants credentials: \(wanted)."
        case .unreadable: message = "These credentials are not of a kind that this server takes: \(wanted)."
        case .wrongPassword:
            message = "The user name or the password is wrong; compare them with http.basic_auth_users of this server."
        case .wrongToken: message = "The token is wrong; compare its SHA-256 with http.bearer_tokens of this server."
        case .busy:
            headers.set("Retry-After", "1")
            return .refused(
                status: .serviceUnavailable, message: "Too many passwords are being checked; try again soon.",
                headers: headers)
        case .unavailable:
            return .refused(
                status: .serviceUnavailable, message: "crypt(3) of this server's system does not know bcrypt.",
                headers: headers)
        }
        if hasUsers { headers.add("WWW-Authenticate", "Basic realm=\"\(realm)\", charset=\"UTF-8\"") }
        if !namesByToken.isEmpty {
            let problem = reason == .wrongToken ? ", error=\"invalid_token\"" : ""
            headers.add("WWW-Authenticate", "Bearer realm=\"\(realm)\"\(problem)")
        }
        return .refused(status: .unauthorized, message: message, headers: headers)
    }

    /// What a caller has to bring, for the body of a 401.
    private var wanted: String {
        var ways: [String] = []
        if hasUsers { ways.append("the name and password of one of its http.basic_auth_users (curl -u NAME)") }
        if !namesByToken.isEmpty {
            ways.append("a token of its http.bearer_tokens (curl -H \"Authorization: Bearer TOKEN\")")
        }
        return ways.joined(separator: ", or ")
    }

    /// An address without its port.
    private static func host(_ address: String) -> String {
        address.lastIndex(of: ":").map { String(address[..<$0]) } ?? address
    }
}
