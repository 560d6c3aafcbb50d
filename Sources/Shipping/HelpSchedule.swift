/// When a destination is told units and help texts: in its first request, then once an interval.
package struct HelpSchedule: Sendable {
    private let intervalNanoseconds: Int64
    private var lastSent: Int64?

    package init(intervalNanoseconds: Int64 = 3_600_000_000_000) {
        self.intervalNanoseconds = intervalNanoseconds
    }

    /// Whether a request made now should carry them.
    package func isDue(now: Int64) -> Bool {
        lastSent.map { now - $0 >= intervalNanoseconds } ?? true
    }

    /// A request that carried them was acknowledged.
    package mutating func noteAcknowledged(now: Int64) { lastSent = now }
}
