internal import LabelMatching

/// Matchers and times as the parameters of Prometheus's HTTP API.
enum SelectorText {
    static func text(_ matchers: [LabelMatcher]) -> String {
        let parts = matchers.map { matcher in
            let isPlain =
                matcher.name.utf8.allSatisfy {
                    (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
                } && !(48...57).contains(matcher.name.utf8.first ?? 48)
            let name = isPlain ? matcher.name : QuotedText.quote(matcher.name)
            return name + matcher.operation.rawValue + QuotedText.quote(matcher.value)
        }
        return "{\(parts.joined(separator: ","))}"
    }

    static func seconds(_ unixMilliseconds: Int64) -> String {
        let fraction = String(unixMilliseconds.magnitude % 1000 + 1000).dropFirst()
        return "\(unixMilliseconds < 0 ? "-" : "")\(unixMilliseconds.magnitude / 1000).\(fraction)"
    }
}
