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
        // By the names' bytes: as texts, two of them might be equivalent.
        var found: [[UInt8]: Label] = [:]
        var seen: Set<[UInt8]> = []
        for matcher in matchers where matcher.name != "__name__" {
            let name = Array(matcher.name.utf8)
            if matcher.operation == .equal, seen.insert(name).inserted {
                found[name] = Label(matcher.name, matcher.value)
            } else {
                found[name] = nil
            }
        }
        return Labels(found.values)
    }
}
