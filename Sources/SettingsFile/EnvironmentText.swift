/// Replaces `${NAME}` in a value by the environment.
enum EnvironmentText {
    enum Failure: Error, Equatable {
        case unset(name: String)
        /// `${` without a closing brace or with something that is no variable's name inside.
        case malformed(text: String)
    }

    /// `$${` stands for `${` itself. A lone `$` is left as it is.
    static func expand(_ text: String, environment: (String) -> String?) throws(Failure) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else { throw .malformed(text: String(rest.prefix(40))) }
                let name = rest[rest.index(dollar, offsetBy: 2)..<end]
                guard isName(name) else { throw .malformed(text: String(rest[...end].prefix(40))) }
                guard let value = environment(String(name)) else { throw .unset(name: String(name)) }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                result += "$"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first < 48 || first > 57 else { return false }
        return text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
        }
    }
}
