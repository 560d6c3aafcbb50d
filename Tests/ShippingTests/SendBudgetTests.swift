import Shipping
import TestValues
import Testing

@Suite struct SendBudgetTests {
    private static let second: Int64 = 1_000_000_000
    private static let hour: Int64 = 3_600_000
    /// Noon of a day.
    private static let noon: Int64 = 20_000 * 86_400_000 + 12 * hour

    @Test func withoutLimitsEverythingGoes() {
        var budget = SendBudget(SendLimits())
        for lane in [SendBudget.Lane.live, .backlog] {
            let verdict = budget.ask(byteCount: 1 << 40, lane, now: 0, wall: Self.noon)
            #expect(verdict == .permitted)
            budget.note(byteCount: 1 << 40, lane, now: 0, wall: Self.noon)
        }
    }

    @Test func theRateHoldsOverTime() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            var budget = SendBudget(SendLimits(bytesPerSecond: 1000))
            var now: Int64 = 0
            var sent = 0
            for _ in 0..<500 {
                let size = Int.random(in: 1...3000, using: &random)
                let lane: SendBudget.Lane = Bool.random(using: &random) ? .live : .backlog
                if case .wait(let nanoseconds, let limit) = budget.ask(byteCount: size, lane, now: now, wall: 0) {
                    #expect(limit == .rate)
                    now += nanoseconds
                    let verdict = budget.ask(byteCount: size, lane, now: now, wall: 0)
                    #expect(verdict == .permitted, "seed \(seed): what was told to wait may go then")
                }
                budget.note(byteCount: size, lane, now: now, wall: 0)
                sent += size
                // A second's worth of burst, and one request of each lane that was larger than that.
                #expect(Double(sent) <= Double(now) / 1e9 * 1000 + 8000, "seed \(seed)")
            }
        }
    }

    @Test func oneLaneKeepsToTheRate() {
        var budget = SendBudget(SendLimits(bytesPerSecond: 1000))
        var now: Int64 = 0
        for _ in 0..<100 {
            if case .wait(let nanoseconds, _) = budget.ask(byteCount: 500, .live, now: now, wall: 0) {
                now += nanoseconds
            }
            budget.note(byteCount: 500, .live, now: now, wall: 0)
        }
        #expect(now == 49 * Self.second)
    }

    @Test func backlogNeverHoldsLiveDataUp() {
        var budget = SendBudget(SendLimits(bytesPerSecond: 1000))
        let first = budget.ask(byteCount: 50_000, .backlog, now: 0, wall: 0)
        #expect(first == .permitted)
        budget.note(byteCount: 50_000, .backlog, now: 0, wall: 0)
        let live = budget.ask(byteCount: 800, .live, now: 1, wall: 0)
        #expect(live == .permitted)
        budget.note(byteCount: 800, .live, now: 1, wall: 0)
        // And backlog pays for both before it goes on.
        let next = budget.ask(byteCount: 1000, .backlog, now: 1, wall: 0)
        guard case .wait(let nanoseconds, .rate) = next else {
            Issue.record("\(next)")
            return
        }
        #expect((50 * Self.second...51 * Self.second).contains(nanoseconds))
    }

    @Test func liveDataMayUseTheWholeDayAndThenWaitsForTheNext() {
        var budget = SendBudget(SendLimits(bytesPerDay: 1000))
        budget.note(byteCount: 990, .live, now: 0, wall: Self.noon)
        let last = budget.ask(byteCount: 10, .live, now: 0, wall: Self.noon)
        #expect(last == .permitted)
        let beyond = budget.ask(byteCount: 11, .live, now: 0, wall: Self.noon)
        #expect(beyond == .wait(nanoseconds: 12 * 3600 * Self.second, .day))
        let tomorrow = budget.ask(byteCount: 11, .live, now: 0, wall: Self.noon + 12 * Self.hour)
        #expect(tomorrow == .permitted)
    }

    @Test func backlogLeavesTheRestOfTheDayItsShare() {
        var budget = SendBudget(SendLimits(bytesPerDay: 2400))
        budget.note(byteCount: 1000, .live, now: 0, wall: Self.noon)
        let half = budget.ask(byteCount: 200, .backlog, now: 0, wall: Self.noon)
        #expect(half == .permitted)
        let more = budget.ask(byteCount: 300, .backlog, now: 0, wall: Self.noon)
        #expect(more == .wait(nanoseconds: 3600 * Self.second, .day))
        let live = budget.ask(byteCount: 300, .live, now: 0, wall: Self.noon)
        #expect(live == .permitted)
    }

    @Test func whatIsLargerThanADayGoesAsItsFirst() {
        var budget = SendBudget(SendLimits(bytesPerDay: 1000))
        let first = budget.ask(byteCount: 5000, .live, now: 0, wall: Self.noon)
        #expect(first == .permitted)
        budget.note(byteCount: 5000, .live, now: 0, wall: Self.noon)
        let second = budget.ask(byteCount: 1, .live, now: 0, wall: Self.noon)
        #expect(second == .wait(nanoseconds: 12 * 3600 * Self.second, .day))
    }

    @Test func theDaySurvivesARestartAndAnotherDayBeginsAnew() {
        var before = SendBudget(SendLimits(bytesPerDay: 1000))
        before.note(byteCount: 1000, .live, now: 0, wall: Self.noon)
        var after = SendBudget(SendLimits(bytesPerDay: 1000), day: before.day)
        let same = after.ask(byteCount: 1, .live, now: 0, wall: Self.noon + 1)
        #expect(same != .permitted)
        // Also one before it: the clock was wrong, and nobody should wait for years.
        let earlier = after.ask(byteCount: 1, .live, now: 0, wall: -1)
        #expect(earlier == .permitted)
        #expect(after.day == SendBudget.Day(number: -1, byteCount: 0))
    }
}
