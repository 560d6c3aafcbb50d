/// What kind of metric a family is; raw values are those of remote write 2.0's `Metadata.MetricType`.
package enum MetricType: UInt8, Sendable, CaseIterable {
    case unknown = 0
    case counter = 1
    case gauge = 2
    case histogram = 3
    case gaugeHistogram = 4
    case summary = 5
    case info = 6
    case stateset = 7

    /// The word after `# TYPE name` in Prometheus text and OpenMetrics.
    package var name: String {
        switch self {
        case .unknown: "unknown"
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        case .gaugeHistogram: "gaugehistogram"
        case .summary: "summary"
        case .info: "info"
        case .stateset: "stateset"
        }
    }
}
