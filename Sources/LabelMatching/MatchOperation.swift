/// The four ways a label can be matched; raw values are PromQL's operators.
package enum MatchOperation: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case doesNotMatch = "!~"

    package var isNegative: Bool { self == .notEqual || self == .doesNotMatch }
    package var isPattern: Bool { self == .matches || self == .doesNotMatch }
}
