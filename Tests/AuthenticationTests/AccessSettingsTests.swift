import SettingsFile
import Testing

@testable import Authentication

@Suite struct AccessSettingsTests {
    private static let digest = String(repeating: "a1", count: 32)

    @Test func readsUsersAndTokens() throws {
        let settings = try ListenerSettings.read(
            """
            basic_auth_users:
              gw-7: \(PasswordCheckerTests.first)
              "Plant 3": "\(PasswordCheckerTests.second)"
            bearer_tokens: {grafana: \(Self.digest)}
            """)
        #expect(settings.users.map(\.name) == ["gw-7", "Plant 3"])
        #expect(settings.tokens.map(\.name) == ["grafana"])
        #expect(settings.tokens.first?.digest == [UInt8](repeating: 0xa1, count: 32))
        #expect(settings.summary == "2 users and 1 token")
        #expect(try ListenerSettings.read("").isOpen)
        #expect(try ListenerSettings.read("").summary == "everybody")
    }

    /// What is wrong is said with its place and what to do; what was written is not, since it may be a password.
    @Test(arguments: [
        ("basic_auth_users: {gw-7: hunter2}", "a.yaml:1:26: basic_auth_users.gw-7: expected a bcrypt hash"),
        ("basic_auth_users:\n  gw-7: hunter2\n", "htpasswd -nBC 10 NAME"),
        ("basic_auth_users: {gw-7: [hunter2]}", "expected a text"),
        ("basic_auth_users: hunter2", "expected a map of names to values"),
        ("basic_auth_users: [hunter2]", "expected a map of names to values"),
        ("basic_auth_users: {gw-7: hunter2", ""),
        ("basic_auth_users:\n  gw-7: hunter2: x\n", ""),
        ("basic_auth_users:\n  gw-7: hunter2\n\tx: 1\n", ""),
        ("basic_auth_users:\n  gw-7: x\n  gw-7: hunter2\n", ""),
        ("bearer_tokens: {grafana: hunter2}", "expected the token's SHA-256 as 64 hexadecimal digits"),
        ("bearer_tokens:\n  grafana: hunter2\n  x: !tag hunter2\n", ""),
        (
            "basic_auth_users:\n  # hunter2 is a bad password\n  gw-7:\n    - hunter2\n",
            "expected a text"
        ),
    ])
    func problemsSayWhereAndNeverWhat(_ text: String, _ part: String) {
        let shown = problems { () throws(SettingsFailure) in try ListenerSettings.read(text) }
        #expect(!shown.isEmpty)
        #expect(shown.contains(part), "\(shown)")
        #expect(!shown.contains("hunter2"), "\(shown)")
    }

    @Test func hashesThatAreNoGoodAreProblems() {
        let costly = "$2y$17$" + PasswordCheckerTests.first.dropFirst(7)
        let shown = problems { () throws(SettingsFailure) in
            try ListenerSettings.read("basic_auth_users: {gw-7: \(costly), gw-8: \("$2x$" + costly.dropFirst(4))}")
        }
        #expect(shown.contains("a bcrypt hash of cost 17; expected 4–15"), "\(shown)")
        #expect(shown.contains("version $2x$ is not safe"), "\(shown)")
        #expect(!shown.contains(costly.dropFirst(7)))
    }

    @Test func namesThatBasicAuthenticationCannotCarryAreProblems() {
        let hash = PasswordCheckerTests.first
        #expect(
            problems { () throws(SettingsFailure) in
                try ListenerSettings.read("basic_auth_users: {\"a:b\": \(hash)}")
            }.contains("without control characters and colons"))
        #expect(
            problems { () throws(SettingsFailure) in
                try ListenerSettings.read("bearer_tokens: {a: \(Self.digest), b: \(Self.digest)}")
            }.contains("two names have the same token"))
        let signed = "+1" + Self.digest.dropFirst(2)
        #expect(
            !problems { () throws(SettingsFailure) in
                try ListenerSettings.read("bearer_tokens: {a: \"\(signed)\"}")
            }.isEmpty)
    }
}
