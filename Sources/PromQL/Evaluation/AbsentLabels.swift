internal import LabelMatching
internal import MetricModel

/// The labels that an absent series would have: those its selector asks for by equality, once each.
enum AbsentLabels {
    static func of(_ node: Expression) -> Labels {
        let matchers: [LabelMatcher]
        switch node {
        case .selector(let selector): matchers = selector.matchers
        case .range(let range): matchers = range.selector.matchers
        default: return .empty
        }
        var values: [String: String] = [:]
        var seen: Set<String> = []
        for matcher in matchers where matcher.name != "__name__" {
            if matcher.operation == .equal, seen.insert(matcher.name).inserted {
                values[matcher.name] = matcher.value
            } else {
                values[matcher.name] = nil
            }
        }
        return Labels(values.map { Label($0.key, $0.value) })
    }
}
