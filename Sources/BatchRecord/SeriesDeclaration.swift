package import MetricModel

/// What a segment's dictionary says of a series.
package struct SeriesDeclaration: Sendable {
    /// The full label set as it was captured, with `__name__`.
    package let labels: Labels
    package let family: SampleColumns.Family
}
