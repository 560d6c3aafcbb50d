package import MetricModel

/// The exemplars of one series in the order of their times.
package struct ExemplarColumn: Sendable, Hashable {
    package let series: Labels
    package let exemplars: [SampleColumns.Exemplar]

    package init(series: Labels, exemplars: [SampleColumns.Exemplar]) {
        self.series = series
        self.exemplars = exemplars
    }
}
