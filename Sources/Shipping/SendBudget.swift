/// What may be sent when, under `rate_limit` and `daily_bytes`. A value: clocks come in as parameters.
///
/// The rate is two token buckets of one second each, both filled at the rate. Live data draws on the first alone, backlog
/// waits for the second, which everything draws on; so backlog takes only what live data leaves, and what it has taken
/// never holds live data up. A bucket may go into debt by one request, because a request may be larger than it.
///
/// Of a day's bytes, live data may use all. Backlog may use what the day's length so far has a right to (at noon one
/// half, less what was sent), so that there are always as many bytes left as the rest of the day should have.
package struct SendBudget: Sendable {
    /// Whose request it is. Where there is one lane only, it counts as live.
    package enum Lane: Sendable, Hashable {
        case live
        case backlog
    }

    /// What is in the way.
    package enum Limit: String, Sendable, Hashable, CaseIterable {
        case rate = "rate_limit"
        case day = "daily_bytes"
    }

    package enum Verdict: Sendable, Hashable {
        case permitted
        case wait(nanoseconds: Int64, Limit)
    }

    /// What the day has cost so far; what survives a restart.
    package struct Day: Sendable, Hashable {
        /// Days since 1970, UTC.
        package var number: Int64
        package var byteCount: Int64

        package init(number: Int64, byteCount: Int64) {
            self.number = number
            self.byteCount = byteCount
        }
    }

    private let limits: SendLimits
    package private(set) var day: Day
    private var liveBalance: Double
    private var balance: Double
    private var filledAt: Int64?
    private static let dayMilliseconds: Int64 = 86_400_000

    package init(_ limits: SendLimits, day: Day? = nil) {
        self.limits = limits
        self.day = day ?? Day(number: .min, byteCount: 0)
        balance = Double(limits.bytesPerSecond ?? 0)
        liveBalance = balance
    }

    /// Whether a request of so many bytes may go now, or how long it has to wait at least.
    ///
    /// - Parameters:
    ///   - now: any monotonic clock, in nanoseconds.
    ///   - wall: milliseconds since 1970. Where the wall clock is set to another day, that day begins with nothing sent.
    package mutating func ask(byteCount: Int, _ lane: Lane, now: Int64, wall: Int64) -> Verdict {
        advance(now: now, wall: wall)
        if let wait = dayWait(Int64(byteCount), lane, wall: wall) { return .wait(nanoseconds: wait, .day) }
        if let rate = limits.bytesPerSecond {
            let needed = min(Double(byteCount), Double(rate))
            let missing = needed - (lane == .live ? liveBalance : min(balance, liveBalance))
            if missing > 0 { return .wait(nanoseconds: Int64((missing / Double(rate) * 1e9).rounded(.up)), .rate) }
        }
        return .permitted
    }

    /// So many bytes were sent, permitted or not.
    package mutating func note(byteCount: Int, _ lane: Lane, now: Int64, wall: Int64) {
        advance(now: now, wall: wall)
        day.byteCount += Int64(byteCount)
        guard limits.bytesPerSecond != nil else { return }
        balance -= Double(byteCount)
        if lane == .live { liveBalance -= Double(byteCount) }
    }

    private mutating func advance(now: Int64, wall: Int64) {
        let number = SendBudget.dayNumber(wall)
        if day.number != number { day = Day(number: number, byteCount: 0) }
        guard let rate = limits.bytesPerSecond else { return }
        let elapsed = Double(max(0, now - (filledAt ?? now))) / 1e9
        filledAt = now
        balance = min(Double(rate), balance + elapsed * Double(rate))
        liveBalance = min(Double(rate), liveBalance + elapsed * Double(rate))
    }

    /// How long the day's bytes do not allow it; nil where they do. What is larger than a day may have goes as the day's
    /// first, for it must go once.
    private func dayWait(_ byteCount: Int64, _ lane: Lane, wall: Int64) -> Int64? {
        guard let limit = limits.bytesPerDay else { return nil }
        let start = day.number * SendBudget.dayMilliseconds
        let untilTomorrow = (start + SendBudget.dayMilliseconds - wall) * 1_000_000
        let needed = day.byteCount + byteCount
        if needed > limit { return day.byteCount == 0 ? nil : untilTomorrow }
        guard lane == .backlog else { return nil }
        let due = Double(needed) / Double(limit) * Double(SendBudget.dayMilliseconds)
        let wait = start + Int64(due.rounded(.up)) - wall
        return wait > 0 ? min(wait * 1_000_000, untilTomorrow) : nil
    }

    private static func dayNumber(_ wall: Int64) -> Int64 {
        let (quotient, remainder) = wall.quotientAndRemainder(dividingBy: dayMilliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
