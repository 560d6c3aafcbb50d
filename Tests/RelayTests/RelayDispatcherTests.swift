import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem
import Testing

@testable import Relay

/// Plays a target for a dispatcher.
private struct Target {
    var dispatcher: RelayDispatcher<SimulatedDisk>
    var now: Int64 = 1_000_000_000

    init(_ rig: RelayRig, _ settings: RelayTargetSettings = RelayTargetSettings()) {
        dispatcher = RelayDispatcher(settings, buffer: rig.buffer)
    }

    /// What is sent next; nil where nothing is by this time.
    mutating func receive() -> RelayOutgoing? {
        guard case .send(let outgoing) = dispatcher.next(now: now, random: 0) else { return nil }
        return outgoing
    }

    mutating func take() throws -> RelayOutgoing {
        let outgoing = receive()
        return try #require(outgoing)
    }

    mutating func isQuiet() -> Bool { receive() == nil }

    mutating func answer(_ status: Int, written: Int64? = nil) {
        dispatcher.answered(
            DeliveryResponse(status: status, writtenSamples: written, firstLine: "said"), now: now, wall: 77, random: 0)
    }

    mutating func wait() {
        if case .wait(let until) = dispatcher.next(now: now, random: 0) { now = until }
    }
}

@Suite struct RelayDispatcherTests {
    @Test func aBodyGoesOnByteForByteWithItsTypeWhereTheTargetSpeaksItsVersion() throws {
        let rig = try RelayRig()
        let second = try RelayRig.request(5)
        let first = try RelayRig.request(6, format: .writeRequest1)
        #expect(rig.take(second) == .durable)
        #expect(rig.take(first) == .durable)
        var target = Target(rig)
        var sent = try target.take()
        #expect(sent.body == second.body && sent.contentType == second.contentType && sent.format == .writeRequest2)
        #expect(sent.via == "hub-a" && sent.retry == 0)
        #expect(sent.records?.ringHigh == 3 && sent.records?.first == 1 && sent.records?.last == 1)
        target.answer(204, written: 1)
        // Though the target speaks 2.0, what came by 1.0 goes by 1.0; its answer has no counts, and that is no fault.
        sent = try target.take()
        #expect(sent.body == first.body && sent.format == .writeRequest1)
        target.answer(204)
        let isQuiet = target.isQuiet()
        #expect(isQuiet)
        #expect(target.dispatcher.status.sentSamples == 2 && target.dispatcher.status.verbatimRequests == 2)
        #expect(target.dispatcher.status.protocolVersion == "2.0")
        #expect(rig.buffer.status.acknowledgedRecord == 2)
        #expect(target.dispatcher.status.waitingSinceUnixMilliseconds == nil)
    }

    @Test(arguments: [415, 200, 400]) func aTargetThatDoesNotSpeak2GetsTheSameSamplesBy1(status: Int) throws {
        let rig = try RelayRig()
        for time in 1...2 { #expect(rig.take(try RelayRig.request(Int64(time))) == .durable) }
        var target = Target(rig)
        let format = try target.take().format
        #expect(format == .writeRequest2)
        target.answer(status)
        let again = try target.take()
        #expect(again.format == .writeRequest1 && again.contentType == nil)
        #expect(try RelayRig.samples(again) == ["up@1"])
        target.answer(200)
        // It is remembered.
        let later = try target.take().format
        #expect(later == .writeRequest1)
        #expect(
            target.dispatcher.takeNotices().contains {
                if case .changedProtocol(to: .one, _) = $0 { true } else { false }
            })
    }

    @Test func aTargetSetTo2GetsWhatCameBy1As2() throws {
        let rig = try RelayRig()
        #expect(rig.take(try RelayRig.request(4, format: .writeRequest1)) == .durable)
        var target = Target(rig, RelayTargetSettings(protocolChoice: .only(.two)))
        let sent = try target.take()
        #expect(sent.format == .writeRequest2)
        #expect(try RelayRig.samples(sent) == ["up@4"])
    }

    @Test func selectorsLeaveOutSeriesAndCountThem() throws {
        let rig = try RelayRig()
        #expect(rig.take(try RelayRig.request(1, series: ["up", "node_a", "node_b"])) == .durable)
        #expect(rig.take(try RelayRig.request(2, series: ["up"])) == .durable)
        let keep = try #require(SeriesSelector("node_*"))
        let drop = try #require(SeriesSelector("node_b"))
        let filter = SeriesFilter(keep: [keep], drop: [drop])
        var target = Target(rig, RelayTargetSettings(filter: filter, filterText: "x"))
        let sent = try target.take()
        #expect(try RelayRig.samples(sent) == ["node_a@1"])
        target.answer(204, written: 1)
        // Nothing of the second remains, so it is not sent.
        let isQuiet = target.isQuiet()
        #expect(isQuiet)
        #expect(rig.buffer.status.acknowledgedRecord == 2)
        #expect(target.dispatcher.status.leftOutSamples == [.keep: 2, .drop: 1])
        #expect(target.dispatcher.status.sentSamples == 1)
        // Another filter is another content: the next hub must not drop it for its number.
        var other = Target(rig, RelayTargetSettings(filter: SeriesFilter(keep: [keep]), filterText: "y"))
        #expect(rig.take(try RelayRig.request(3, series: ["node_a"])) == .durable)
        let third = try other.take()
        var same = Target(rig, RelayTargetSettings(filter: filter, filterText: "x"))
        let checksum = try same.take().records?.checksum
        #expect(third.records?.first == 3 && third.records?.checksum != checksum)
    }

    /// A series that no receiver takes would, written out again, grow without end; what is lost of it is counted.
    @Test func whatBreaksTheLimitsOfRewritingIsCountedAndTheRestGoesOn() throws {
        for (filter, names) in [(true, ["up"]), (false, ["up"]), (true, [])] {
            let rig = try RelayRig()
            let long = "long_" + String(repeating: "x", count: 20_000)
            #expect(try rig.take(RelayRig.request(5, series: names + [long])) == .durable)
            #expect(try rig.take(RelayRig.request(6)) == .durable)
            let drop = try #require(SeriesSelector("nothing_*"))
            let some = SeriesFilter(keep: [], drop: [drop])
            var target =
                filter ? Target(rig, RelayTargetSettings(filter: some, filterText: "x")) : Target(rig)
            if !filter {
                // Only what has to be rewritten meets the limits.
                _ = try target.take()
                target.answer(415)
            }
            var seen: [String] = []
            while let sent = target.receive() {
                seen += try RelayRig.samples(sent)
                target.answer(204, written: 1)
            }
            #expect(seen == names.map { "\($0)@5" } + ["up@6"], "filtered \(filter), \(names)")
            #expect(target.dispatcher.status.overLimitSamples == 1)
            #expect(target.dispatcher.status.sentSamples == UInt64(seen.count))
        }
    }

    @Test func whatIsTooLargeGoesInPartsThatHoldEverythingOnce() throws {
        let rig = try RelayRig()
        let names = (0..<10).map { "m\($0)" }
        #expect(rig.take(try RelayRig.request(1, series: names)) == .durable)
        var target = Target(rig)
        _ = try target.take()
        target.answer(413)
        var arrived: [String] = []
        var parts: [String] = []
        while let sent = target.receive() {
            arrived += try RelayRig.samples(sent)
            parts.append("\(sent.records?.part ?? 0)/\(sent.records?.partCount ?? 0)")
            target.answer(204, written: 5)
        }
        #expect(arrived == names.map { "\($0)@1" })
        #expect(parts == ["1/2", "2/2"])
        #expect(target.dispatcher.status.sentSamples == 10)
    }

    @Test func aKilledHubSendsTheSameRecordUnderTheSameNumberAgain() throws {
        let rig = try RelayRig()
        #expect(rig.take(try RelayRig.request(1)) == .durable)
        var target = Target(rig)
        let before = try target.take()
        rig.disk.cutPower()
        rig.disk.restart()
        try rig.reopen()
        var after = Target(rig)
        let again = try after.take()
        #expect(again.records == before.records && again.body == before.body)
    }

    @Test func refusedForGoodIsCountedAndTheNextGoesOn() throws {
        let rig = try RelayRig()
        for time in 1...3 { #expect(rig.take(try RelayRig.request(Int64(time))) == .durable) }
        var target = Target(rig)
        _ = try target.take()
        target.answer(400, written: 0)
        _ = try target.take()
        target.answer(409)
        _ = try target.take()
        target.answer(503)
        let isQuiet = target.isQuiet()
        #expect(isQuiet)
        target.wait()
        let retry = try target.take().retry
        #expect(retry == 1)
        #expect(target.dispatcher.status.droppedSamples == [.refused: 1, .conflict: 1])
        #expect(target.dispatcher.status.lastError == "status 503 said")
    }

    @Test func whatTheRingOverwritesWhileTheTargetIsAwayIsLeftBehind() throws {
        let rig = try RelayRig(byteCount: 2 << 20)
        #expect(rig.take(try RelayRig.request(1, padding: 50_000)) == .durable)
        var target = Target(rig)
        _ = try target.take()
        target.dispatcher.failed("gone", now: target.now, random: 0)
        var time: Int64 = 1
        while rig.heard.losses.isEmpty {
            time += 1
            try #require(time < 200)
            #expect(rig.take(try RelayRig.request(time, padding: 50_000)) == .durable)
        }
        let loss = try #require(rig.heard.losses.first)
        let next = try target.take()
        #expect(next.records?.first == loss.lastRecord + 1)
    }

    @Test func requestsWithoutSamplesAreSentAndCountAsNone() throws {
        let rig = try RelayRig()
        // A family's type alone, as Prometheus sends it once a minute by 1.0: field 3 {1: counter, 2: "x"}.
        var body: [UInt8] = []
        try SnappyBlock.compress([0x1a, 5, 0x08, 1, 0x12, 1, 0x78], into: &body)
        let request = RelayedRequest(
            format: .writeRequest1, contentType: "", sender: "s", origin: nil, via: "a", receivedUnixMilliseconds: 1,
            sampleCount: 0, histogramCount: 0, exemplarCount: 0, body: body)
        #expect(rig.take(request) == .durable)
        var target = Target(rig)
        let sent = try target.take().body
        #expect(sent == body)
        target.answer(200)
        let isQuiet = target.isQuiet()
        #expect(isQuiet)
        #expect(target.dispatcher.status.sentRequests == 1 && target.dispatcher.status.sentSamples == 0)
    }
}
