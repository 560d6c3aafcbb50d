extension SettingsSection {
    /// An address with one of `schemes`, nil when absent. A password within it is refused and never shown.
    package func url(_ key: String, schemes: [String]) -> SettingsURL? {
        guard let node = node(key) else { return nil }
        let example = schemes.first.map { "\($0)://host:port" } ?? ""
        let expected = "an address such as \(example)"
        guard case .scalar(let text, let source, _) = node.content else {
            unexpected(node, keyPath: keyPath(key), expected: expected)
            return nil
        }
        // Masked before anything is said about it: a malformed address may hold a password too.
        if source.contains("@") { context.problems.source.mask(node.place) }
        do throws(SettingsURL.Failure) {
            return try SettingsURL(text, schemes: schemes)
        } catch {
            switch error {
            case .hasUserInfo:
                problem(
                    key,
                    "a name or password in an address would show in logs; "
                        + "give them as \"username\" and \"password_file\"")
            case .unknownScheme(let scheme):
                let closest = ClosestWord.find(scheme, among: schemes).map { "; did you mean \"\($0)\"?" } ?? ""
                problem(
                    key,
                    "expected an address that starts with "
                        + "\(schemes.map { $0 + "://" }.joined(separator: " or ")); found \"\(scheme)://\"\(closest)")
            case .malformed where source.contains("@"): problem(key, "expected \(expected)")
            case .malformed: unexpected(node, keyPath: keyPath(key), expected: expected)
            }
            return nil
        }
    }

    /// An address that must be given.
    package func requiredURL(_ key: String, schemes: [String]) -> SettingsURL? {
        if !isGiven(key) { missing(key, expected: "an address such as \(schemes.first ?? "")://host:port") }
        return url(key, schemes: schemes)
    }
}
