/// Go's templates for what a regular expression matched: `$1`, `${1}`, `$name`, `${name}`, `$$`.
enum ReplacementTemplate {
    /// A reference to a group that is absent, unknown or took no part in the match becomes nothing. A name reaches as
    /// far as letters, digits and underscores do: `$1x` is the group `1x`.
    static func expand(_ template: String, _ groups: [String?], _ number: (String) -> Int?) -> String {
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
        }
        return expanded + rest
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
