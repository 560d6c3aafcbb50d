package import LabelMatching
package import MetricModel

extension SampleStore: SeriesSource {
    package func select(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
    ) throws(SourceError) -> [SeriesColumn] {
        preconditionFailure("being built")
    }

    package func labelNames(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [String] {
        preconditionFailure("being built")
    }

    package func labelValues(
        of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [String] {
        preconditionFailure("being built")
    }

    package func series(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int
    ) throws(SourceError) -> [Labels] {
        preconditionFailure("being built")
    }
}
