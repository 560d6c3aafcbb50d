/// Go's templates for what a regular expression matched: `$1`, `${1}`, `$name`, `${name}`, `$$`.
enum ReplacementTemplate {
    /// A reference to a group that is absent, unknown or took no part in the match becomes nothing. A name reaches as
    /// far as letters, digits and underscores do: `$1x` is the group `1x`.
    /// Nil where the text would be longer than `byteLimit`.
    static func expand(
        _ template: String, _ groups: [String?], byteLimit: Int, _ number: (String) -> Int?
    ) -> String? {
        var expanded = ""
        var rest = template[...]
        while let dollar = rest.firstIndex(of: "$") {
            expanded += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                expanded += "$"
                rest = rest.dropFirst()
                continue
            }
            guard let (name, after) = reference(rest) else {
                expanded += "$"
                continue
            }
            rest = after
            let index = Int(name) ?? number(name)
            if let index, groups.indices.contains(index), let text = groups[index] { expanded += text }
            if expanded.utf8.count > byteLimit { return nil }
        }
        expanded += rest
        return expanded.utf8.count > byteLimit ? nil : expanded
    }

    private static func reference(_ text: Substring) -> (String, Substring)? {
        let isBraced = text.first == "{"
        let body = isBraced ? text.dropFirst() : text
        let name = body.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        guard !name.isEmpty else { return nil }
        let after = body.dropFirst(name.count)
        guard isBraced else { return (String(name), after) }
        return after.first == "}" ? (String(name), after.dropFirst()) : nil
    }
}
