package import MetricModel

/// The samples of one series in ascending time: two columns of equal length.
///
/// Stale markers are left in; whoever evaluates needs to know where a series ended.
package struct SeriesColumn: Sendable {
    package let labels: Labels
    package let kind: SampleKind
    /// Milliseconds since 1970, strictly ascending.
    package var unixMilliseconds: [Int64]
    package var values: [Double]

    package init(labels: Labels, kind: SampleKind = .float, unixMilliseconds: [Int64], values: [Double]) {
        precondition(unixMilliseconds.count == values.count, "times and values are columns of one table")
        self.labels = labels
        self.kind = kind
        self.unixMilliseconds = unixMilliseconds
        self.values = values
    }
}
