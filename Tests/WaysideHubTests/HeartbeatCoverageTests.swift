import TestValues
import Testing

@testable import WaysideHub

@Suite struct HeartbeatCoverageTests {
    /// Beats every ten seconds from 0 on, without those of `missing`.
    private func beats(_ count: Int64, without missing: Set<Int64> = []) -> [Int64] {
        (0..<count).filter { !missing.contains($0) }.map { $0 * 10_000 }
    }

    @Test func everyBeatIsAWholeDay() {
        let whole = HeartbeatCoverage(beats(100), from: nil, through: 995_000, isEnding: false)
        #expect(whole.completeness == 1)
        #expect(whole.holes.isEmpty)
        #expect(whole.intervalMilliseconds == 10_000)
    }

    @Test func oneMissingBeatIsAHoleBetweenItsNeighbours() {
        let holed = HeartbeatCoverage(beats(101, without: [50]), from: nil, through: 1_000_000, isEnding: false)
        #expect(holed.holes == [.init(fromUnixMilliseconds: 490_000, throughUnixMilliseconds: 510_000)])
        #expect(holed.completeness == 0.99)
    }

    @Test func jitterIsNoHole() {
        let late = [0, 10_400, 20_100, 34_000, 40_000, 50_900].map { Int64($0) }
        #expect(HeartbeatCoverage(late, from: nil, through: 51_000, isEnding: false).holes.isEmpty)
    }

    @Test func whatFollowsTheLastBeatIsMissingOnlyWhereNothingMoreIsComing() {
        let there = beats(100)
        #expect(HeartbeatCoverage(there, from: nil, through: 2_000_000, isEnding: false).completeness == 1)
        let ending = HeartbeatCoverage(there, from: nil, through: 1_980_000, isEnding: true)
        #expect(ending.holes == [.init(fromUnixMilliseconds: 990_000, throughUnixMilliseconds: nil)])
        // 990 s of beats and the interval after the last of 1,980 s.
        #expect(ending.completeness.map { abs($0 - 1000.0 / 1980) < 1e-12 } == true)
    }

    @Test func anAgentKnownBeforeTheDayOweItsBeginningToo() {
        let late = beats(100).map { $0 + 1_000_000 }
        let known = HeartbeatCoverage(late, from: 10_000, through: 1_990_000, isEnding: false)
        #expect(known.holes == [.init(fromUnixMilliseconds: 10_000, throughUnixMilliseconds: 1_000_000)])
        #expect(HeartbeatCoverage(late, from: nil, through: 1_990_000, isEnding: false).completeness == 1)
    }

    @Test func fewOrNoBeats() {
        #expect(HeartbeatCoverage([], from: nil, through: 5, isEnding: false).completeness == nil)
        #expect(HeartbeatCoverage([], from: 0, through: 5000, isEnding: true).completeness == 0)
        #expect(HeartbeatCoverage([7], from: nil, through: 5000, isEnding: false).completeness == nil)
        #expect(HeartbeatCoverage([7, 9], from: nil, through: 5000, isEnding: false).completeness == 1)
    }

    @Test func theListOfHolesIsBoundedAndTheNewestStay() {
        let rare = HeartbeatCoverage(
            beats(1000, without: Set(stride(from: 4, to: 900, by: 4))), from: nil, through: 10_000_000,
            isEnding: false)
        #expect(rare.holeCount == 224)
        #expect(rare.holes.count == HeartbeatCoverage.holeLimit)
        #expect(rare.holes.last?.throughUnixMilliseconds == 8_970_000)
    }

    /// Against counting: of n ticks the missing ones are the missing share, whichever they are.
    @Test(arguments: 0..<50) func completenessIsTheShareOfTicks(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let count = Int64.random(in: 50...5000, using: &random)
        let share = Double.random(in: 0..<0.4, using: &random)
        let missing = Set((1..<(count - 1)).filter { _ in Double.random(in: 0..<1, using: &random) < share })
        let found = HeartbeatCoverage(
            beats(count, without: missing), from: nil, through: count * 10_000, isEnding: false)
        let expected = 1 - Double(missing.count) / Double(count - 1)
        #expect(abs((found.completeness ?? -1) - expected) < 1e-9, "seed \(seed)")
    }
}
