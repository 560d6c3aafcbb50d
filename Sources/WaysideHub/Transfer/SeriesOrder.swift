internal import MetricModel

/// The order of a family's series in an export: metrics apart from each other, of a histogram's or summary's the buckets
/// by their bound and then the sums, as OpenMetrics asks.
struct SeriesOrder: Comparable {
    private let metric: [UInt8]
    private let name: String
    private let bound: Double

    init(_ labels: Labels) {
        metric = Labels(labels.filter { !["__name__", "le", "quantile"].contains($0.name) }).packed
        name = labels.metricName
        let text = labels["le"] ?? labels["quantile"] ?? ""
        bound = text == "+Inf" ? .infinity : Double(text) ?? .infinity
    }

    static func < (left: SeriesOrder, right: SeriesOrder) -> Bool {
        if left.metric != right.metric { return left.metric.lexicographicallyPrecedes(right.metric) }
        if left.name != right.name { return left.name.utf8.lexicographicallyPrecedes(right.name.utf8) }
        return left.bound < right.bound
    }
}
