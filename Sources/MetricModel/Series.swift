/// One time series: a family, the values of its labels, and the scope it was taken in.
///
/// Made by a `SeriesTable`, once for each label set, and compared by identity. Immutable, so it may be read from any
/// thread; samples hold a reference to it instead of labels.
package final class Series: Sendable, Hashable {
    package let family: MetricFamily
    package let scope: SeriesScope
    /// Values in the order of `family.labelNames`; an empty one stands for an absent label.
    package let labelValues: [String]

    package init(family: MetricFamily, scope: SeriesScope, labelValues: [String]) {
        precondition(
            family.labelNames.count == labelValues.count,
            "\(family.name) has \(family.labelNames.count) labels, not \(labelValues.count)")
        self.family = family
        self.scope = scope
        self.labelValues = labelValues
    }

    /// The complete label set with `__name__`, as it is shipped: the scope's labels and the series' own, which win.
    /// Computed on each call; the hot path asks once per segment.
    package func fullLabels() -> Labels {
        var labels = Array(scope.labels)
        labels.append(Label("__name__", family.name))
        for (name, value) in zip(family.labelNames, labelValues) {
            labels.append(Label(name, value))
        }
        return Labels(labels)
    }

    package static func == (left: Series, right: Series) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
