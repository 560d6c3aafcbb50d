/// What was learned of clock ticks from one series to the next: pass the same hint to the series of a seal, those of
/// one machine together.
package struct TickHint: Sendable {
    private static let tickLimit = 8
    private static let pauseLimit = 64

    /// The ticks found, the latest first.
    private(set) var ticks: [Double] = []
    /// After a search in vain, so many columns are not searched at all.
    private var pause = 0
    private var nextPause = 1

    package init() {}

    mutating func note(_ tick: Double) {
        ticks.removeAll { abs($0 - tick) < tick * 1e-4 }
        ticks.insert(tick, at: 0)
        if ticks.count > Self.tickLimit { ticks.removeLast() }
        nextPause = 1
    }

    /// Whether to search a column that none of the known ticks suits.
    mutating func takesSearch() -> Bool {
        guard pause == 0 else {
            pause -= 1
            return false
        }
        pause = nextPause
        nextPause = min(nextPause * 2, Self.pauseLimit)
        return true
    }
}
