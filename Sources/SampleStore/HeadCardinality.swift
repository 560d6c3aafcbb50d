/// How many series the head has and what most of them share, for whoever looks for the label that has run away.
package struct HeadCardinality: Sendable {
    package var seriesCount = 0
    package var labelPairCount = 0
    /// Streams of samples, one or two a series.
    package var chunkCount = 0
    /// First and last sample of all; nil where there is none.
    package var times: ClosedRange<Int64>?
    /// Each the largest, at most as many as were asked for, largest first.
    package var seriesByMetricName: [(name: String, value: UInt64)] = []
    package var valuesByLabelName: [(name: String, value: UInt64)] = []
    package var bytesByLabelName: [(name: String, value: UInt64)] = []
    package var seriesByLabelPair: [(name: String, value: UInt64)] = []

    package init() {}
}

/// The entries with the largest values of many, without keeping the many.
struct LargestEntries<Name> {
    private let limit: Int
    private var entries: [(name: Name, value: UInt64)] = []
    /// What an entry must be larger than to matter.
    private var floor: UInt64 = 0

    init(limit: Int) { self.limit = max(limit, 1) }

    mutating func add(_ name: @autoclosure () -> Name, _ value: UInt64) {
        guard value > floor else { return }
        entries.append((name(), value))
        if entries.count >= 2 * limit { cut() }
    }

    private mutating func cut() {
        entries.sort { $0.value > $1.value }
        entries.removeLast(max(0, entries.count - limit))
        if entries.count == limit, let last = entries.last { floor = last.value }
    }

    /// Largest first.
    mutating func list(_ text: (Name) -> String) -> [(name: String, value: UInt64)] {
        cut()
        return entries.map { (text($0.name), $0.value) }
    }
}
