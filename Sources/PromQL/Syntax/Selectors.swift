package import LabelMatching

/// Where an `@` modifier fixes the evaluation time.
package enum FixedTime: Hashable, Sendable {
    case unixMilliseconds(Int64)
    case start
    case end
}

/// What moves a selector in time: `offset` and `@`.
package struct TimeShift: Hashable, Sendable {
    /// Positive looks into the past.
    package var offsetMilliseconds: Int64 = 0
    package var fixedTime: FixedTime?
}

/// `name{matchers} offset … @ …`: the latest sample of each matching series.
package struct VectorSelector: Sendable {
    /// The metric's name where it stands outside the braces, else empty. `matchers` contains it too.
    package let name: String
    package let matchers: [LabelMatcher]
    package var shift = TimeShift()
    package var textRange: TextRange
}

/// `selector[range]`: all samples of each matching series in the range before the evaluation time.
package struct RangeSelector: Sendable {
    package var selector: VectorSelector
    package let rangeMilliseconds: Int64
    package var textRange: TextRange
}

/// `expression[range:step]`: an expression evaluated at steps of its own.
package struct Subquery: Sendable {
    package let inner: Expression
    package let rangeMilliseconds: Int64
    /// nil for the engine's default.
    package let stepMilliseconds: Int64?
    package var shift = TimeShift()
    package var textRange: TextRange
}
