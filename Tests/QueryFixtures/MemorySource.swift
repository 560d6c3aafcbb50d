package import LabelMatching
package import MetricModel

/// A source of series that tests fill by hand.
package struct MemorySource: SeriesSource {
    private var columns: [Labels: SeriesColumn] = [:]

    package init() {}

    package mutating func append(_ labels: Labels, _ samples: [(Int64, Double)]) {
        var merged = columns[labels].map { Array(zip($0.unixMilliseconds, $0.values)) } ?? []
        merged += samples
        merged.sort { $0.0 < $1.0 }
        columns[labels] = SeriesColumn(
            labels: labels, unixMilliseconds: merged.map(\.0), values: merged.map(\.1))
    }

    package func select(
        _ matchers: [LabelMatcher], from: Int64, through: Int64, sampleLimit: Int
    ) throws(SourceError) -> [SeriesColumn] {
        var count = 0
        var selected: [SeriesColumn] = []
        for column in columns.values where matchers.match(column.labels) {
            let inside = column.unixMilliseconds.indices.filter {
                column.unixMilliseconds[$0] >= from && column.unixMilliseconds[$0] <= through
            }
            guard !inside.isEmpty else { continue }
            count += inside.count
            if count > sampleLimit { throw .tooManySamples(limit: sampleLimit) }
            selected.append(
                SeriesColumn(
                    labels: column.labels, unixMilliseconds: inside.map { column.unixMilliseconds[$0] },
                    values: inside.map { column.values[$0] }))
        }
        return selected
    }

    package func series(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> [Labels] {
        let found = columns.values.filter { column in
            let isInside = column.unixMilliseconds.contains { $0 >= from && $0 <= through }
            return isInside && (matcherSets.isEmpty || matcherSets.contains { $0.match(column.labels) })
        }
        return Array(found.map(\.labels).sorted().prefix(limit))
    }

    package func labelNames(
        matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int, isCancelled: () -> Bool
    ) throws(SourceError) -> [String] {
        let found = try series(matching: matcherSets, from: from, through: through, limit: .max)
        return Array(Set(found.flatMap { $0.map(\.name) }).sorted().prefix(limit))
    }

    package func labelValues(
        of name: String, matching matcherSets: [[LabelMatcher]], from: Int64, through: Int64, limit: Int,
        isCancelled: () -> Bool
    ) throws(SourceError) -> [String] {
        let found = try series(matching: matcherSets, from: from, through: through, limit: .max)
        return Array(Set(found.compactMap { $0[name] }).sorted().prefix(limit))
    }
}
