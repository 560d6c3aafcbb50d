package import LabelMatching

/// Where an `@` modifier fixes the evaluation time.
package enum FixedTime: Hashable, Sendable {
    case unixMilliseconds(Int64)
    case start
    case end
}

/// What moves a selector in time: `offset` and `@`.
package struct TimeShift: Sendable {
    /// Positive looks into the past.
    package var offsetMilliseconds: Int64 = 0
    /// The offset where the query works it out, instead of `offsetMilliseconds`.
    package var offsetExpression: DurationExpression?
    package var fixedTime: FixedTime?

    var hasOffset: Bool { offsetMilliseconds != 0 || offsetExpression != nil }
}

/// How a selector goes on where its range begins and ends between samples; raw values are how it is written.
package enum RangeExtension: String, Sendable {
    /// The last sample before the range counts as the value at its start, that before its end as the one at its end.
    case anchored
    /// Values at the ends of the range are interpolated from the samples on both sides.
    case smoothed
}

/// `name{matchers} offset … @ …`: the latest sample of each matching series.
package struct VectorSelector: Sendable {
    /// The metric's name where it stands outside the braces, else empty. `matchers` contains it too.
    package let name: String
    package var matchers: [LabelMatcher]
    package var shift = TimeShift()
    package var rangeExtension: RangeExtension?
    package var textRange: TextRange
}

/// `selector[range]`: all samples of each matching series in the range before the evaluation time.
package struct RangeSelector: Sendable {
    package var selector: VectorSelector
    /// 0 where the query works the range out.
    package let rangeMilliseconds: Int64
    package let rangeExpression: DurationExpression?
    package var textRange: TextRange
}

/// `expression[range:step]`: an expression evaluated at steps of its own.
package struct Subquery: Sendable {
    package var inner: Expression
    /// 0 where the query works the range out.
    package let rangeMilliseconds: Int64
    package let rangeExpression: DurationExpression?
    /// nil for the engine's default, or where the query works the step out.
    package let stepMilliseconds: Int64?
    package let stepExpression: DurationExpression?
    package var shift = TimeShift()
    package var textRange: TextRange
}
