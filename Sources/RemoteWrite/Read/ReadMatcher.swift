/// A condition on one label in a remote-read query; raw values are those of `prometheus.LabelMatcher.Type`.
package struct ReadMatcher: Hashable, Sendable {
    package enum Kind: UInt64, Sendable, CaseIterable {
        case equal = 0
        case notEqual = 1
        case matches = 2
        case doesNotMatch = 3
    }

    package let kind: Kind
    package let name: String
    /// A value, or a regular expression of RE2 that is anchored at both ends.
    package let value: String

    package init(_ kind: Kind, _ name: String, _ value: String) {
        self.kind = kind
        self.name = name
        self.value = value
    }
}
