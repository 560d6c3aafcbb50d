internal import MetricModel

/// Samples under names that others chose, such as text files': a collector may give the same series itself.
///
/// A series with two values at one time has no place in remote write: a receiver may refuse the whole request for it.
enum ForeignSamples {
    /// Where in `range` of `samples` are series that are also outside of it, by their labels. Costs one look at the name of
    /// each sample, and no labels unless a name is in both.
    static func repeated(in range: Range<Int>, of samples: [Sample]) -> [Int] {
        if range.isEmpty { return [] }
        let own = samples.indices.filter { !range.contains($0) }
        let names = Set(own.lazy.map { samples[$0].series.family.name })
        let doubtful = range.filter { names.contains(samples[$0].series.family.name) }
        if doubtful.isEmpty { return [] }
        let doubtfulNames = Set(doubtful.lazy.map { samples[$0].series.family.name })
        let known = Set(
            own.lazy.filter { doubtfulNames.contains(samples[$0].series.family.name) }
                .map { samples[$0].series.fullLabels() })
        return doubtful.filter { known.contains(samples[$0].series.fullLabels()) }
    }
}
