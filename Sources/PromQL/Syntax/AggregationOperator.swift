/// PromQL's aggregations; raw values are how they are written.
package enum AggregationOperator: String, Sendable, CaseIterable {
    case sum, avg, min, max, count, group, stddev, stdvar, topk, bottomk, quantile
    case countValues = "count_values"
    case limitk
    case limitRatio = "limit_ratio"

    /// Whether a parameter comes before the vector.
    package var hasParameter: Bool {
        switch self {
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: true
        default: false
        }
    }

    /// Whether some series of each group are given as they are.
    var selectsSeries: Bool { self == .topk || self == .bottomk || self == .limitk || self == .limitRatio }

    package var isExperimental: Bool { self == .limitk || self == .limitRatio }
}
