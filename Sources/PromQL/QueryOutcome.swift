package import LabelMatching
package import MetricModel

/// What a query comes to, with remarks on the data.
package struct QueryOutcome: Sendable {
    package let value: QueryValue
    /// Remarks that question the result, each with its position; sorted.
    package let warnings: [String]
    /// Remarks that merely inform; sorted.
    package let infos: [String]
    /// What the query has measured; nil unless it was asked to.
    package let statistics: QueryStatistics?
}

/// A query's result. Times are milliseconds since 1970.
package enum QueryValue: Sendable {
    case scalar(unixMilliseconds: Int64, Double)
    case string(unixMilliseconds: Int64, String)
    /// In the order the query gives, which `sort` and `topk` care for.
    case vector(unixMilliseconds: Int64, [VectorSample])
    /// In ascending order of labels.
    case matrix([SeriesColumn])
}

package struct VectorSample: Sendable {
    package let labels: Labels
    package let value: Double
}
