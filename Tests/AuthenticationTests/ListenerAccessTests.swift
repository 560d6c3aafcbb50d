import HTTPExchange
import Synchronization
import Testing

@testable import Authentication

@Suite(.timeLimit(.minutes(2))) struct ListenerAccessTests {
    private static let users = "basic_auth_users: {gw-7: \(PasswordCheckerTests.first)}\n"
    /// Of "token-of-grafana-90210".
    private static let tokens =
        "bearer_tokens: {grafana: 1d78e6bb882e07806879a8c36f75b62480df6292c2d9e265a224f975df8df5bf}\n"

    private func access(_ text: String) throws -> ListenerAccess {
        try #require(ListenerAccess(ListenerSettings.read(text), realm: "test"))
    }

    private func basic(_ user: String, _ password: String) -> String {
        "Basic " + Base64Text.encode(Array("\(user):\(password)".utf8))
    }

    /// `admitted NAME`, or the refusal's status, its ways to authenticate and its text.
    private func outcome(_ access: ListenerAccess, _ fields: String...) async -> String {
        let headers = HTTPHeaders(fields.map { ("Authorization", $0) })
        var decision = access.decide(HTTPRequest(method: .get, target: "/", headers: headers, remoteAddress: "a:1"))
        while case .undecided(let check) = decision { decision = await check() }
        switch decision {
        case .admitted(let user): return "admitted \(user ?? "nobody")"
        case .refused(let status, let message, let headers):
            return "\(status.code) \(headers.values("WWW-Authenticate").joined(separator: " + ")) | \(message)"
        case .undecided: return "undecided"
        }
    }

    @Test func nobodyNamedIsEverybodyAdmitted() throws {
        #expect(ListenerAccess(try ListenerSettings.read(""), realm: "test") == nil)
    }

    @Test func rightCredentialsAreAdmittedByName() async throws {
        let access = try access(Self.users + Self.tokens)
        #expect(await outcome(access, basic("gw-7", "swordfish-4711")) == "admitted gw-7")
        #expect(await outcome(access, "bASIC   " + basic("gw-7", "swordfish-4711").dropFirst(6)) == "admitted gw-7")
        #expect(await outcome(access, "Bearer token-of-grafana-90210") == "admitted grafana")
        #expect(await outcome(access, "bearer token-of-grafana-90210") == "admitted grafana")
        #expect(access.passwordCheckCount == 1)
        #expect(access.refusalCounts().allSatisfy { $0.count == 0 })
    }

    @Test func othersAreRefusedWithWhatToDo() async throws {
        let both = "Basic realm=\"test\", charset=\"UTF-8\" + Bearer realm=\"test\""
        let access = try access(Self.users + Self.tokens)
        let none = await outcome(access)
        #expect(none.hasPrefix("401 \(both) | This server wants credentials"))
        #expect(none.contains("basic_auth_users") && none.contains("bearer_tokens"))
        for wrong in [
            basic("gw-7", "swordfish-4712"), basic("gw-8", "swordfish-4711"), basic("", "swordfish-4711"),
            basic("gw-7", ""), basic("gw-7", "swordfish-4711 "), basic("gw-7", "token-of-grafana-90210"),
            basic("grafana", "token-of-grafana-90210"),
        ] {
            let refused = await outcome(access, wrong)
            #expect(refused.hasPrefix("401 \(both) | The user name or the password is wrong"), "\(refused)")
        }
        let token = await outcome(access, "Bearer token-of-grafana-90211")
        #expect(token.hasPrefix("401 \(both), error=\"invalid_token\" | The token is wrong"), "\(token)")
        // The token's digest is no token.
        let digest = Self.tokens.split(separator: " ").last.map { $0.dropLast(2) } ?? ""
        #expect(await outcome(access, "Bearer \(digest)").hasPrefix("401"))
        for odd in ["", "Basic", "Basic ", "Basic !!!", "Basic Z3ctNw==", "Digest x", "Bearer", "Basic /////w=="] {
            let refused = await outcome(access, odd)
            #expect(refused.hasPrefix("401 \(both) | These credentials are not of a kind"), "\(odd): \(refused)")
        }
        let right = basic("gw-7", "swordfish-4711")
        #expect(await outcome(access, right, right).contains("not of a kind"))
        let counts = Dictionary(access.refusalCounts().map { ($0.reason, $0.count) }, uniquingKeysWith: { $1 })
        #expect(
            counts == [
                .missing: 1, .unreadable: 9, .wrongPassword: 7, .wrongToken: 2, .busy: 0, .unavailable: 0,
            ])
    }

    /// A listener with users only has no tokens to try, and the other way round.
    @Test func onlyWhatIsConfiguredIsOffered() async throws {
        let users = try access(Self.users)
        let refused = await outcome(users, "Bearer token-of-grafana-90210")
        #expect(refused.hasPrefix("401 Basic realm=\"test\", charset=\"UTF-8\" | These"))
        #expect(!refused.contains("bearer_tokens"))
        let tokens = try access(Self.tokens)
        let other = await outcome(tokens, basic("gw-7", "swordfish-4711"))
        #expect(other.hasPrefix("401 Bearer realm=\"test\" | These"), "\(other)")
        #expect(tokens.passwordCheckCount == 0)
    }

    @Test func refusalsAreReportedWithTheAddressOnly() async throws {
        let seen = Mutex<[String]>([])
        let settings = try ListenerSettings.read(Self.users)
        let access = try #require(
            ListenerAccess(settings, realm: "test") { reason, address in
                seen.withLock { $0.append("\(reason.rawValue) \(address)") }
            })
        _ = await outcome(access)
        _ = await outcome(access, basic("gw-7", "wrong"))
        #expect(seen.withLock { $0 } == ["missing a", "wrong_password a"])
    }
}
