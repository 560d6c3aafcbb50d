import RemoteWrite
import RingLog
import Shipping
import Testing

@testable import WaysideAgent

/// What the next run of an agent knows of what this one has sent.
@Suite struct DeliveryRestartTests {
    private typealias World = ScriptedDelivery

    /// The last request before a stop is closed early. Whether it arrived nobody knows, so it comes again as it was, and
    /// what is new is another request.
    @Test func theLastRequestBeforeAStopComesAgainAsItWas() throws {
        let world = try World(seed: 6, batchFor: 240)
        world.answer = { _ in nil }
        try world.run(ticks: 3)
        #expect(world.requests.isEmpty)
        world.stop()
        let last = try #require(world.requests.last?.records)
        #expect(world.requests.count == 1)
        world.answer = { World.hub($0) }
        try world.restart()
        world.rest(seconds: 1)
        try world.run(ticks: 60)
        #expect(world.requests.dropFirst().first?.records == last)
        #expect(world.requests.dropFirst(2).first?.records?.first == last.last + 1)
        world.rest(seconds: 400)
        #expect(world.missing.isEmpty && Set(world.accepted).count == world.accepted.count)
    }

    /// The cursor is written with the first live acknowledgement, and not with each: a run that is killed right after it
    /// knows where live data began.
    @Test func theFirstLiveAcknowledgementIsWrittenDown() throws {
        let world = try World(seed: 2) { $0.newestFirst = true }
        try world.run(ticks: 3)
        world.answer = { _ in nil }
        try world.run(ticks: 60)
        world.answer = { World.hub($0) }
        world.latency = 2 * World.second
        func stretch() throws -> ClosedRange<RecordNumber>? {
            try world.buffer.read { $0.stretchAhead(of: world.settings.name) }
        }
        let before = world.buffer.status.statistics.cursorWriteCount
        var first: ClosedRange<RecordNumber>?
        while first == nil {
            try world.run(ticks: 1)
            first = try stretch()
        }
        let start = try #require(first?.lowerBound)
        try world.run(ticks: 3)
        let live = try #require(try stretch())
        #expect(live.upperBound > start + 1 && world.status.backlogRecords ?? 0 > 10)
        #expect(world.buffer.status.statistics.cursorWriteCount == before + 1)
        try world.restart()
        let known = try #require(try stretch())
        #expect(known.lowerBound == start && known.upperBound <= live.upperBound)
        // The lanes are the same: live data goes on behind what is known to have arrived, the backlog ends before it.
        let sent = world.requests.count
        try world.run(ticks: 60)
        #expect(
            world.requests[sent...].compactMap(\.records).allSatisfy { $0.last < start || $0.first > known.upperBound })
        world.stop()
        #expect(world.missing.isEmpty)
    }
}
