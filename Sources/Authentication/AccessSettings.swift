package import SettingsFile

/// `http.basic_auth_users` and `http.bearer_tokens`: who may use a listener. Empty where everybody may.
///
/// The first is named and written as in Prometheus's web configuration file.
package struct AccessSettings: SettingsReadable, Sendable {
    /// Names and their passwords' hashes.
    let users: [(name: String, hash: BcryptHash)]
    /// Names and the SHA-256 of their tokens.
    let tokens: [(name: String, digest: [UInt8])]

    /// Of users, and of tokens.
    private static let entryLimit = 10_000

    package var isOpen: Bool { users.isEmpty && tokens.isEmpty }

    /// Who is let in, as check-config says it: `everybody`, or `2 users and 1 token`.
    package var summary: String {
        var parts: [String] = []
        if !users.isEmpty { parts.append("\(users.count) user\(users.count == 1 ? "" : "s")") }
        if !tokens.isEmpty { parts.append("\(tokens.count) token\(tokens.count == 1 ? "" : "s")") }
        return parts.isEmpty ? "everybody" : parts.joined(separator: " and ")
    }

    package init(from section: SettingsSection) {
        let expectedName = "a name of 1 to 128 bytes without control characters and colons"
        users = section.secretMap(
            "basic_auth_users", expectedName: expectedName, isName: AccessSettings.isName,
            limit: AccessSettings.entryLimit, read: AccessSettings.hash
        ).map { ($0.name, $0.value) }
        tokens = section.secretMap(
            "bearer_tokens", expectedName: expectedName, isName: AccessSettings.isName,
            limit: AccessSettings.entryLimit, read: AccessSettings.digest
        ).map { ($0.name, $0.value) }
        if Set(tokens.map(\.digest)).count < tokens.count {
            section.problem("bearer_tokens", "two names have the same token; each needs its own")
        }
    }

    /// A colon would end the name within HTTP's basic credentials.
    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: ":") }
    }

    private static func hash(_ text: String) -> SecretReading<BcryptHash> {
        let make = "make one with \"htpasswd -nBC 10 NAME\""
        do throws(BcryptHash.Problem) {
            return .value(try BcryptHash(text))
        } catch {
            switch error {
            case .malformed:
                return .problem("expected a bcrypt hash ($2y$10$ and 53 further characters); \(make)")
            case .brokenVersion:
                return .problem("a hash of version $2x$ is not safe; \(make)")
            case .cost(let cost):
                let range = BcryptHash.costs
                return .problem(
                    "a bcrypt hash of cost \(cost); expected \(range.lowerBound)–\(range.upperBound), "
                        + "of which each further one doubles the time of a check; \(make)")
            }
        }
    }

    private static func digest(_ text: String) -> SecretReading<[UInt8]> {
        let digits = Array(text.utf8)
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16),
                digits[index] != UInt8(ascii: "+")
            else { break }
            bytes.append(byte)
        }
        guard digits.count == 64, bytes.count == 32 else {
            return .problem(
                "expected the token's SHA-256 as 64 hexadecimal digits; "
                    + "make it with \"printf %s TOKEN | sha256sum\"")
        }
        return .value(bytes)
    }
}
