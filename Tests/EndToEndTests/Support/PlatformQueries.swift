import LinuxSystem

/// The PromQL that the platforms' descriptions in `../shared/seeds` hold.
enum PlatformQueries {
    static var folder: String? {
        let root = Files.parent(of: Files.parent(of: Files.parent(of: Files.parent(of: #filePath))))
        return ["/../shared", "/../../shared"].map { root + $0 + "/seeds" }.first(where: Files.exists)
    }

    /// Every expression of a rule, of a panel or of a list of examples, without the comparison that makes it an alert.
    static func all() throws -> [String] {
        guard let folder else { return [] }
        var found: Set<String> = []
        for name in try Files.list(folder) where name.hasSuffix(".txt") {
            var isBlock = false
            for line in try Files.readText("\(folder)/\(name)").split(separator: "\n") {
                let text = line.drop { $0 == " " }
                if isBlock {
                    found.insert(withoutThreshold(text))
                    isBlock = false
                } else if text.hasPrefix("expr: |") {
                    isBlock = true
                } else if text.hasPrefix("expr: ") {
                    found.insert(withoutThreshold(text.dropFirst(6)))
                } else if text.hasPrefix("\"expr\": \"") {
                    let quoted = text.dropFirst(9)
                    let end = quoted.lastIndex(of: "\"") ?? quoted.endIndex
                    found.insert(withoutThreshold(Substring(quoted[..<end].replacing("\\\"", with: "\""))))
                } else if ["container_", "rate(container_"].contains(where: text.hasPrefix), !text.contains(":") {
                    found.insert(withoutThreshold(text))
                }
            }
        }
        return found.sorted()
    }

    /// `a / b > 0.9` is `a / b` here.
    private static func withoutThreshold(_ expression: Substring) -> String {
        let words = expression.split(separator: " ")
        if words.count > 2, Double(words[words.count - 1]) != nil, ["<", ">", "=="].contains(words[words.count - 2]) {
            return words.dropLast(2).joined(separator: " ")
        }
        return String(expression)
    }
}
