internal import LabelMatching
internal import MetricModel

/// What matchers on one side of a vector operation say of the other side: in `a{host="x"} / b` only series of `b` with
/// that host find a partner. Series belong together where their labels are equal, a missing one being empty, so a
/// condition on a label that is compared holds for both partners.
///
/// A matcher may be shared only where series without a partner do not show. In what the operation gives they never do,
/// but arithmetic and comparisons refuse two series of the "one" side that have the same compared labels, partners or
/// not, once there is any series on the other side. So neither side may lose series unless there are no two such.
struct SharedMatchers {
    /// What the left operand's series without it have no partner for.
    let ofLeft: [LabelMatcher]
    let ofRight: [LabelMatcher]
    /// What all series meet that the operation gives.
    let ofResult: [LabelMatcher]

    /// For operands that are both vectors, `left` and `right` being what all their series meet.
    init(_ operation: BinaryOperation, _ left: [LabelMatcher], _ right: [LabelMatcher]) {
        let matching = operation.matching
        let leftCompared = left.filter { matching.compares($0.name) }
        let rightCompared = right.filter { matching.compares($0.name) }
        switch operation.operation {
        case .and: self.init(ofLeft: rightCompared, ofRight: leftCompared, ofResult: left + rightCompared)
        // What has no partner stays.
        case .unless: self.init(ofLeft: [], ofRight: leftCompared, ofResult: left)
        case .or, .trimUpper, .trimLower: self.init(ofLeft: [], ofRight: [], ofResult: [])
        default:
            // A fill stands in for a partner.
            guard !matching.fills else {
                self.init(ofLeft: [], ofRight: [], ofResult: [])
                return
            }
            let isSwapped = matching.cardinality == .oneToMany
            let isUnique = (isSwapped ? operation.left : operation.right).isUnique(in: matching)
            self.init(
                ofLeft: isUnique ? rightCompared : [], ofRight: isUnique ? leftCompared : [],
                ofResult: isSwapped ? Self.joined(right, left, matching) : Self.joined(left, right, matching))
        }
    }

    private init(ofLeft: [LabelMatcher], ofRight: [LabelMatcher], ofResult: [LabelMatcher]) {
        self.ofLeft = ofLeft
        self.ofRight = ofRight
        self.ofResult = ofResult
    }

    /// A result has the labels of the "many" side, or of those only what is compared, and what is taken over from the
    /// "one" side.
    private static func joined(
        _ many: [LabelMatcher], _ one: [LabelMatcher], _ matching: VectorMatching
    ) -> [LabelMatcher] {
        func isIncluded(_ matcher: LabelMatcher) -> Bool {
            matching.included.contains { $0.hasEqualBytes(matcher.name) }
        }
        let kept = many.filter {
            matching.cardinality == .oneToOne ? matching.compares($0.name) : !isIncluded($0)
        }
        return kept + one.filter { matching.compares($0.name) || isIncluded($0) }
    }
}
