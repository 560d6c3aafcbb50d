/// What was learned of clock ticks from one series to the next: pass the same hint to the series of a seal, those of
/// one machine together.
package struct TickHint: Sendable {
    private static let tickLimit = 8
    /// So many searches in vain cost nothing but their time.
    private static let freeSearches = 4
    private static let pauseLimit = 64

    /// The ticks found, the latest first.
    private(set) var ticks: [Double] = []
    /// Searches in vain since a tick was found.
    private var failures = 0
    /// So many columns are not searched at all.
    private var pause = 0

    package init() {}

    mutating func note(_ tick: Double) {
        ticks.removeAll { abs($0 - tick) < tick * 1e-4 }
        ticks.insert(tick, at: 0)
        if ticks.count > Self.tickLimit { ticks.removeLast() }
        failures = 0
        pause = 0
    }

    /// Whether to search a column that none of the known ticks suits.
    mutating func takesSearch() -> Bool {
        guard pause == 0 else {
            pause -= 1
            return false
        }
        failures = min(failures + 1, 32)
        if failures > Self.freeSearches { pause = min(1 << (failures - Self.freeSearches), Self.pauseLimit) }
        return true
    }
}
