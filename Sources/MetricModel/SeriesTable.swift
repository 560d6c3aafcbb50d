/// The interned series of one producer (the host collectors, one MQTT session, …), at most `limit` of them.
///
/// Not shared between threads: each producer owns one. What it hands out is immutable and may be.
package struct SeriesTable {
    private struct Key: Hashable {
        let family: MetricFamily
        let labelValues: [String]

        /// Equivalent texts have the same hash and are yet two values.
        static func == (left: Key, right: Key) -> Bool {
            left.family == right.family && left.labelValues.count == right.labelValues.count
                && zip(left.labelValues, right.labelValues).allSatisfy { $0.hasEqualBytes($1) }
        }
    }

    package let scope: SeriesScope
    /// How many series may exist at once.
    package var limit: Int
    /// How many times a new series was refused because the table was full.
    package private(set) var refusedCount: UInt64 = 0
    private var series: [Key: Series] = [:]

    package init(scope: SeriesScope, limit: Int) {
        self.scope = scope
        self.limit = limit
    }

    package var count: Int { series.count }

    /// The series of `family` with these label values, made now if it is new; nil, counted, when the table is full.
    package mutating func series(_ family: MetricFamily, _ labelValues: [String]) -> Series? {
        let key = Key(family: family, labelValues: labelValues)
        if let known = series[key] { return known }
        guard series.count < limit else {
            refusedCount += 1
            return nil
        }
        let made = Series(family: family, scope: scope, labelValues: labelValues)
        series[key] = made
        return made
    }

    /// Forgets every series that `isGone` names; samples that hold one keep it alive.
    package mutating func removeAll(where isGone: (Series) -> Bool) {
        series = series.filter { !isGone($0.value) }
    }
}
