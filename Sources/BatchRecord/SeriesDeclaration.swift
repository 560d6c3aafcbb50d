package import MetricModel

/// What a segment's dictionary says of a series. One object for each series of a dictionary, so that a reader may
/// recognise it by identity.
package final class SeriesDeclaration: Sendable {
    /// The full label set as it was captured, with `__name__`.
    package let labels: Labels
    package let family: SampleColumns.Family

    init(labels: Labels, family: SampleColumns.Family) {
        self.labels = labels
        self.family = family
    }
}
