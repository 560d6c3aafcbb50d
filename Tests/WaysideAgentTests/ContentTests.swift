import RemoteWrite
import RingLog
import Shipping
import Testing

@testable import WaysideAgent

/// `keep`, `drop` and `resolution` over a buffer, and destinations beside each other.
@Suite struct ContentTests {
    private typealias World = ScriptedDelivery

    private func selector(_ text: String) throws -> SeriesSelector { try #require(SeriesSelector(text)) }

    @Test func whatIsDroppedIsNotSentAndCountedAndTheRestIsWhole() throws {
        let drop = try selector("*{n=\"1*\"}")
        let world = try World(seed: 1) { $0.filter = SeriesFilter(drop: [drop]) }
        try world.run(ticks: 10)
        world.stop()
        // 1 and 10 to 19.
        #expect(!world.accepted.contains { $0.series.contains("n=\"1") })
        #expect(world.missing.allSatisfy { $0.series.contains("n=\"1") })
        #expect(world.status.leftOutSamplesByReason == ["drop": UInt64(world.missing.count)])
        #expect(world.missing.count == 10 * 11)
    }

    @Test func aRequestOfWhichNothingIsKeptMovesTheCursorUnsent() throws {
        let keep = try selector("nothing")
        let world = try World(seed: 1) { $0.filter = SeriesFilter(keep: [keep]) }
        try world.run(ticks: 10)
        world.stop()
        #expect(world.requests.isEmpty)
        #expect(world.status.leftOutSamplesByReason["keep"] == UInt64(world.produced.count))
        // Without the filter only what came since is sent: the rest was done with.
        world.settings.filter = SeriesFilter()
        try world.restart(writingCursor: true)
        world.rest(seconds: 60)
        #expect(world.requests.isEmpty)
    }

    @Test(arguments: 1...2) func resolutionServesEachIntervalOnceAcrossRequestsAndRestarts(seed: Int) throws {
        let world = try World(seed: UInt64(seed), batchFor: 0) {
            $0.filter = SeriesFilter(resolution: ["devices": 1000, "node": 60_000])
        }
        world.boardSamplesPerSecond = 10
        for round in 0..<10 {
            try world.run(ticks: 1 + (seed + round) % 3)
            try world.restart(writingCursor: true)
        }
        world.stop()
        var intervals: Set<String> = []
        // A request whose answer went with the process comes again as it was.
        for sample in Set(world.accepted) {
            let step: Int64 = sample.series.contains("node") ? 60_000 : 1000
            let isNew = intervals.insert("\(sample.series) \(sample.unixMilliseconds / step)").inserted
            #expect(isNew, "seed \(seed): an interval was served twice")
        }
        let wanted = Set(
            world.produced.map { sample in
                "\(sample.series) \(sample.unixMilliseconds / (sample.series.contains("node") ? 60_000 : 1000))"
            })
        #expect(intervals == wanted, "seed \(seed)")
        #expect(world.accepted.count < world.produced.count / 5)
    }

    @Test func aRequestThatIsSentAgainAfterACrashIsTheSame() throws {
        for seed in UInt64(1)...4 {
            let world = try World(seed: seed) {
                $0.filter = SeriesFilter(resolution: ["devices": 1000, "node": 20_000])
            }
            world.boardSamplesPerSecond = 3
            try world.run(ticks: 7)
            // The last request's answer is lost with the process, and the cursor stands where it stood before it.
            let last = try #require(world.requests.last)
            try world.buffer.writeCursor()
            let cursor = try world.buffer.read { $0.cursor(of: "hub") ?? 0 }
            #expect(cursor >= last.records?.last ?? 0)
            world.answer = { _ in nil }
            try world.run(ticks: 1)
            world.rest(seconds: 30)
            let unanswered = try #require(world.requests.last)
            try world.restart()
            world.answer = { World.hub($0) }
            world.rest(seconds: 30)
            let again = try #require(world.requests.last { $0.records?.first == unanswered.records?.first })
            #expect(again.records == unanswered.records, "seed \(seed)")
            #expect(again.samples == unanswered.samples, "seed \(seed)")
        }
    }

    @Test func destinationsHaveCursorsOfTheirOwn() throws {
        let world = try World(seed: 1, destinations: ["hub", "other"])
        try world.run(ticks: 10)
        world.stop()
        #expect(world.missing.isEmpty)
        // The other one was away all the time, and gets everything from the same ring.
        let other = try #require(world.requests.first)
        world.settings.name = "other"
        try world.restart(writingCursor: true)
        let before = world.requests.count
        world.rest(seconds: 60)
        let second = world.requests[before...]
        #expect(second.first?.records == other.records)
        #expect(Set(second.flatMap(\.samples)) == world.produced)
    }
}
