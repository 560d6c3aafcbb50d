internal import MetricModel

/// One condition on one label, as in `{job=~"api.*"}`.
///
/// An absent label has the empty value, so `{x=""}` and `{x!="y"}` hold for series without `x`. Regular expressions
/// are RE2's, anchored at both ends, a dot matching every character. Source: Prometheus, "Querying basics".
package struct LabelMatcher: Sendable {
    package let name: String
    package let operation: MatchOperation
    package let value: String
    /// How the value is tested, before the operation's negation.
    package let test: ValueTest

    /// Compiles the value where the operation takes a pattern; a pattern that does not compile is the error.
    package init(_ name: String, _ operation: MatchOperation, _ value: String) throws(PatternError) {
        self.name = name
        self.operation = operation
        self.value = value
        test = operation.isPattern ? try ValueTest(pattern: value) : .literal(Array(value.utf8))
    }

    /// Matches one exact value; cannot fail.
    package init(_ name: String, equals value: String) {
        self.name = name
        self.operation = .equal
        self.value = value
        test = .literal(Array(value.utf8))
    }

    /// Whether a series with this value of the label is meant; pass "" for an absent label.
    package func matches(_ value: String) -> Bool {
        var value = value
        return value.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
    }

    /// The same on UTF-8 bytes, without making a string.
    package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        test.accepts(bytes) != operation.isNegative
    }

    /// Whether series without the label are meant too.
    package var matchesEmpty: Bool { matches(UnsafeRawBufferPointer(start: nil, count: 0)) }
}

extension LabelMatcher: Hashable {
    package static func == (left: LabelMatcher, right: LabelMatcher) -> Bool {
        left.name.hasEqualBytes(right.name) && left.operation == right.operation
            && left.value.hasEqualBytes(right.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operation)
        hasher.combine(value)
    }
}

extension LabelMatcher: CustomStringConvertible {
    package var description: String { "\(name)\(operation.rawValue)\(QuotedText.quote(value))" }
}
