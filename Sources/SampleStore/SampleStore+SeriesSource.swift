package import LabelMatching
package import MetricModel

extension SampleStore: SeriesSource {
    /// Damaged files and chunks are left out, and counted; other failures of a file are thrown.
    package func select(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
    ) throws(SourceError) -> [SeriesColumn] {
        do throws(QueryFailure) {
            return try core.select(matchers, from: from, through: through, sampleLimit: sampleLimit)
        } catch { throw error.sourceError }
    }

    package func selection(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> any SeriesSelection {
        do throws(QueryFailure) {
            return try core.selection(
                matchers, from: from, through: through, sampleLimit: sampleLimit, isCancelled: isCancelled)
        } catch { throw error.sourceError }
    }

    /// Series count by whether their day has samples in the range, so a name may be of a series whose own begin later
    /// that day.
    package func labelNames(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> [String] {
        do throws(QueryFailure) {
            return Array(
                try core.labelNames(
                    matcherSets, from: from, through: through, isCancelled: isCancelled
                ).prefix(max(limit, 0)))
        } catch { throw error.sourceError }
    }

    package func labelValues(
        of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int,
        isCancelled: () -> Bool
    ) throws(SourceError) -> [String] {
        do throws(QueryFailure) {
            let values = try core.labelValues(
                of: name, matcherSets, from: from, through: through, isCancelled: isCancelled)
            return Array(values.prefix(max(limit, 0)))
        } catch { throw error.sourceError }
    }

    package func series(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> [Labels] {
        do throws(QueryFailure) {
            let found = try core.seriesLabels(
                matcherSets, from: from, through: through, isCancelled: isCancelled)
            let sorted = found.sorted(unless: isCancelled) { $0 < $1 }
            if isCancelled() { throw .cancelled }
            return Array(sorted.prefix(max(limit, 0)))
        } catch { throw error.sourceError }
    }
}
