import RemoteWrite
import RingLog
import Shipping
import Testing

@testable import WaysideAgent

/// Live data before the backlog, and what holds both back.
@Suite struct LaneTests {
    private typealias World = ScriptedDelivery

    /// A destination that was away for `ticks` ticks and has just come back.
    private func afterOutage(
        seed: UInt64 = 1, ticks: Int = 60, _ change: (inout DispatchSettings) -> Void = { _ in }
    ) throws -> ScriptedDelivery {
        let world = try World(seed: seed) { settings in
            settings.newestFirst = true
            change(&settings)
        }
        try world.run(ticks: 3)
        #expect(world.missing.count <= 2 * World.seriesCount)
        world.answer = { _ in nil }
        try world.run(ticks: ticks)
        world.answer = { World.hub($0) }
        return world
    }

    /// How late each accepted sample of the last ticks was, in seconds.
    private func newestAccepted(_ world: ScriptedDelivery) -> Int64 {
        world.accepted.map(\.unixMilliseconds).max() ?? 0
    }

    @Test func liveDataArrivesBeforeTheBacklogHasDrainedAndEverythingOnce() throws {
        let world = try afterOutage()
        world.latency = 2 * World.second
        // The next request due is the old one; from its answer on live data goes first.
        try world.run(ticks: 8)
        #expect(world.status.backlogRecords ?? 0 > 10)
        #expect(world.newestProduced - newestAccepted(world) <= 40_000)
        #expect(world.missing.count > 5 * World.seriesCount)
        #expect(world.notices.contains(.divided))
        try world.run(ticks: 30)
        #expect(world.notices.contains(.joined))
        #expect(world.status.backlogRecords == nil)
        world.stop()
        #expect(world.missing.isEmpty)
        #expect(Set(world.accepted).count == world.accepted.count, "something was accepted twice")
        #expect(world.status.acknowledgedSamples == UInt64(world.accepted.count))
        // Behind the backlog the cursor stands at the end: a restart sends nothing again.
        let before = world.requests.count
        try world.restart(writingCursor: true)
        world.rest(seconds: 60)
        #expect(world.requests.count == before)
    }

    @Test func orderHoldsWithinEachLane() throws {
        let world = try afterOutage()
        try world.run(ticks: 40)
        let live = world.requests.filter { ($0.records?.first ?? 0) > 63 }
        let old = world.requests.filter { ($0.records?.first ?? 0) <= 63 }
        #expect(!live.isEmpty && !old.isEmpty)
        for lane in [live, old] {
            let firsts = lane.compactMap { $0.records?.first }
            #expect(firsts == firsts.sorted())
        }
    }

    @Test func oldestFirstGoesInOrder() throws {
        let world = try afterOutage { $0.newestFirst = false }
        try world.run(ticks: 40)
        let firsts = world.requests.compactMap { $0.records?.first }
        #expect(firsts == firsts.sorted())
        #expect(!world.notices.contains(.divided))
    }

    @Test func anAnswerThatClaimsFewerSamplesIsCounted() throws {
        let world = try World(seed: 4)
        try world.run(ticks: 3)
        #expect(world.status.shortWrites == 0)
        world.answer = { _ in DeliveryResponse(status: 204, writtenSamples: 0) }
        try world.run(ticks: 3)
        #expect(world.status.shortWrites > 0)
    }

    @Test func aReceiverThatDoesNotSayItTakesAnyOrderGetsItInOrder() throws {
        let world = try World(seed: 3) { $0.newestFirst = true }
        let inOrder = { (request: ScriptedDelivery.Request) in
            DeliveryResponse(status: 204, writtenSamples: Int64(request.samples.count))
        }
        world.answer = inOrder
        try world.run(ticks: 3)
        world.answer = { _ in nil }
        try world.run(ticks: 50)
        world.answer = inOrder
        try world.run(ticks: 30)
        let firsts = world.requests.compactMap { $0.records?.first }
        #expect(firsts == firsts.sorted())
        #expect(world.notices.filter { $0 == .takesInOrderOnly }.count == 1)

        // The setting stands for the receiver's word.
        let told = try World(seed: 3) { settings in
            settings.newestFirst = true
            settings.acceptsOutOfOrder = true
        }
        told.answer = { _ in nil }
        try told.run(ticks: 50)
        told.answer = inOrder
        try told.run(ticks: 2)
        #expect(told.notices.contains(.divided))
    }

    @Test(arguments: 1...2) func aCrashWhileCatchingUpRepeatsOnlyWhatWasNotAcknowledged(seed: Int) throws {
        let world = try afterOutage(seed: UInt64(seed))
        world.latency = World.second
        var crashes = 0
        for round in 0..<6 {
            try world.run(ticks: 1 + (seed + round) % 4)
            let accepted = Set(world.accepted)
            let known = Set(world.requests.map { "\(String(describing: $0.records))" })
            let before = world.requests.count
            try world.restart(writingCursor: true)
            crashes += 1
            try world.run(ticks: 3)
            // One answer at most was not heard of; that request comes again as it was, so that a hub drops it.
            let again = world.requests[before...].filter { $0.samples.contains { accepted.contains($0) } }
            #expect(again.count <= 1, "seed \(seed), crash \(crashes)")
            #expect(again.allSatisfy { known.contains("\(String(describing: $0.records))") }, "seed \(seed)")
        }
        try world.run(ticks: 60)
        world.stop()
        #expect(world.missing.isEmpty, "seed \(seed)")
    }

    @Test(arguments: 1...2) func aCrashThatLosesTheCursorLosesNothing(seed: Int) throws {
        let world = try afterOutage(seed: UInt64(seed))
        world.latency = World.second
        for round in 0..<4 {
            try world.run(ticks: 1 + (seed + round) % 5)
            try world.restart()
        }
        try world.run(ticks: 80)
        world.stop()
        #expect(world.missing.isEmpty, "seed \(seed)")
    }

    @Test func aFailingBacklogDoesNotHoldLiveDataUp() throws {
        let world = try afterOutage()
        world.answer = { request in World.hub(request, status: (request.records?.first ?? 0) < 40 ? 500 : 204) }
        try world.run(ticks: 20)
        #expect(world.newestProduced - newestAccepted(world) > 200_000, "one lane waits for the poisoned request")
        // The hub is known, and the backlog's first requests pass until record 30.
        let other = try afterOutage()
        other.answer = { request in
            let first = request.records?.first ?? 0
            return World.hub(request, status: (30..<40).contains(first) ? 500 : 204)
        }
        try other.run(ticks: 20)
        #expect(other.status.backlogRecords ?? 0 > 0)
        #expect(other.newestProduced - newestAccepted(other) <= 40_000)
    }

    @Test func aReceiverThatAsksForTimeGetsItFromBothLanes() throws {
        let world = try afterOutage()
        try world.run(ticks: 1)
        var asked: Int64?
        world.answer = { request in
            guard asked == nil, (request.records?.first ?? 0) < 60, (request.records?.first ?? 0) > 20 else {
                return World.hub(request)
            }
            asked = request.at
            return DeliveryResponse(status: 429, retryAfterSeconds: 120)
        }
        try world.run(ticks: 20)
        let since = try #require(asked)
        let next = try #require(world.requests.first { $0.at > since })
        #expect(next.at - since >= 120 * World.second)
    }

    @Test func theRateIsKeptAndLiveDataIsNotStarvedByTheBacklog() throws {
        let world = try afterOutage(ticks: 150) { $0.limitSending(SendLimits(bytesPerSecond: 120)) }
        // The back-off of the outage ends, and one request tells that this is a hub.
        try world.run(ticks: 5)
        let start = world.now
        let before = world.requests.count
        for _ in 0..<60 {
            try world.run(ticks: 1)
            #expect(world.newestProduced - newestAccepted(world) <= 60_000)
        }
        let bytes = world.requests[before...].reduce(0) {
            $0 + $1.byteCount + DestinationDispatcher<FlashDisk>.overheadByteCount
        }
        let seconds = (world.now - start) / World.second
        #expect(bytes <= 120 * Int(seconds) + 20_000, "\(bytes) bytes in \(seconds) s")
        #expect(world.status.heldRequestsByReason["rate_limit"] ?? 0 > 10)
        #expect(world.missing.count > 50 * World.seriesCount, "the rate has held nothing back")
    }

    @Test func aDaysBytesEndTheDayAcrossARestartAndTheNextDayGoesOn() throws {
        let world = try World(seed: 5) { $0.sendLimits = SendLimits(bytesPerDay: 10_000) }
        try world.run(ticks: 40)
        #expect(world.status.heldBy == "daily_bytes")
        #expect(world.status.dayBytes <= 10_000)
        let next = try #require(world.status.nextTryBootNanoseconds)
        let midnight = (World.wallAtBoot + 86_400_000)
        #expect(abs(World.wallAtBoot + next / 1_000_000 - midnight) < 2)
        #expect(world.notices.contains { if case .heldBack(.day, _) = $0 { true } else { false } })
        let sent = world.requests.count
        try world.restart(day: world.day, writingCursor: true)
        try world.run(ticks: 10)
        #expect(world.requests.count == sent)
        world.rest(seconds: 86_400)
        #expect(world.requests.count > sent)
        #expect(world.status.dayBytes <= 10_000)
        world.settings.sendLimits = SendLimits()
        try world.restart(writingCursor: true)
        world.rest(seconds: 60)
        #expect(world.missing.isEmpty)
    }

    @Test func withoutAConnectionNothingIsChargedToTheDay() throws {
        let world = try World(seed: 5) { $0.sendLimits = SendLimits(bytesPerDay: 10_000) }
        world.answer = { _ in nil }
        try world.run(ticks: 200)
        #expect(world.requests.count > 20)
        #expect(world.day.byteCount == 0)
    }
}
