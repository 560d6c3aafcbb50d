import LinuxSystem
import RemoteWrite
import RingLog
import SimulatedSystem
import TestValues
import Testing

@testable import Relay

@Suite struct RelayBufferTests {
    @Test func aRecordReadsBackAsItWasAndNoBytesTrap() throws {
        let records = RecordsHeader(
            ringHigh: 1, ringLow: .max, first: 3, last: 9, part: 1, partCount: 2, checksum: 0xdead_beef)
        let origin = RelayedRequest.Origin(sender: "user gw-7", records: try #require(records))
        let request = try RelayRig.request(17, origin: origin)
        var bytes: [UInt8] = []
        RelayRecord.append(request, to: &bytes)
        let read = bytes.withUnsafeBytes { RelayRecord.decode($0) }
        #expect(read == request)
        var random = SeededRandom(seed: 20_261_127)
        for _ in 0..<2000 {
            var broken = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                broken[Int.random(in: 0..<broken.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            broken.removeLast(Int.random(in: 0...broken.count, using: &random))
            broken.withUnsafeBytes {
                _ = RelayRecord.decode($0)
                _ = RelayLoss($0)
            }
        }
    }

    @Test func whatIsAcknowledgedSurvivesAPowerCutAndIsTakenOnce() throws {
        let rig = try RelayRig(seed: 7)
        let first = try RelayRig.request(1)
        let second = try RelayRig.request(2)
        #expect(rig.take([first, second]) == [.durable, .durable])
        rig.disk.cutPower()
        rig.disk.restart()
        try rig.reopen()
        // The senders have not heard the answer.
        #expect(rig.take([first, second, try RelayRig.request(3)]) == [.durable, .durable, .durable])
        #expect(rig.buffer.status.repeatedRequests == 2)
        #expect(rig.buffer.status.lastRecord == 3)
    }

    @Test func aDiskThatTakesNothingKeepsRequestsInMemoryAndARepetitionIsNoPromise() throws {
        let rig = try RelayRig()
        #expect(rig.take(try RelayRig.request(1)) == .durable)
        rig.disk.permanentErrorNumber = 30
        let request = try RelayRig.request(2)
        for _ in 0..<2 {
            guard case .inMemory = rig.take(request) else {
                Issue.record("a dead disk has made something durable")
                return
            }
        }
        #expect(rig.buffer.status.repeatedRequests == 1)
        #expect(rig.heard.all.contains { if case .degraded = $0 { true } else { false } })
        // It goes out all the same.
        #expect(try rig.buffer.next(after: 1)?.record == 2)
        rig.disk.permanentErrorNumber = nil
        rig.now += 2_000_000_000
        #expect(rig.take(request) == .durable)
        #expect(rig.heard.all.contains(.recovered))
        #expect(rig.buffer.status.problem.isEmpty)
    }

    @Test func aFullRingLosesItsOldestAndWritesItDown() throws {
        let rig = try RelayRig(byteCount: 2 << 20)
        var sent = 0
        while rig.heard.losses.isEmpty {
            sent += 1
            try #require(sent < 200, "a ring of 2 MiB holds more than 200 requests of 50 kB")
            #expect(rig.take(try RelayRig.request(Int64(sent), padding: 50_000)) == .durable)
        }
        let loss = try #require(rig.heard.losses.first)
        #expect(loss.reason == .overwritten && loss.firstRecord == 1 && loss.firstReceived == 1)
        #expect(loss.requests == loss.samples && loss.requests == loss.lastRecord)
        #expect(rig.buffer.status.lostSamples[.overwritten] == loss.samples)
        // Everything is sent or counted: the first that can be read follows what was lost.
        let next = try #require(try rig.buffer.next(after: 0))
        #expect(next.record == loss.lastRecord + 1)
        // A later run knows of it.
        #expect(rig.take(try RelayRig.request(9999)) == .durable)
        try rig.reopen()
        #expect(rig.buffer.status.recentLosses == [loss])
        #expect(rig.buffer.status.lostSamples.isEmpty, "counters begin with the hub")
    }

    @Test func aRequestLargerThanTheRingTakesIsNamed() throws {
        let rig = try RelayRig(byteCount: 2 << 20)
        let large = RelayedRequest(
            format: .writeRequest1, contentType: "", sender: "s", origin: nil, via: "a", receivedUnixMilliseconds: 1,
            sampleCount: 3, histogramCount: 0, exemplarCount: 0, body: [UInt8](repeating: 7, count: 2 << 20))
        guard case .tooLarge(let byteCount, let limit) = rig.take(large) else {
            Issue.record("2 MiB fit into a segment of 1 MiB")
            return
        }
        #expect(byteCount > 2 << 20 && limit < 1 << 20)
        #expect(rig.buffer.status.tooLargeSamples == 3)
    }

    @Test func aDamagedRecordCostsItselfAndIsCounted() throws {
        let rig = try RelayRig()
        for time in 1...5 { #expect(rig.take(try RelayRig.request(Int64(time))) == .durable) }
        // Each group fills whole pages behind the header's: the third is in the fourth.
        rig.disk.flipBit(file: "segment-00000000", byteOffset: 3 * 4096 + 40, bit: 3)
        var seen: [UInt64] = []
        while let load = try rig.buffer.next(after: seen.last ?? 0) { seen.append(load.record) }
        #expect(seen == [1, 2, 4, 5])
        try rig.reopen()
        #expect(rig.buffer.status.lostRequests[.damaged] == 1)
        #expect(rig.heard.losses.last.map { $0.firstRecord...$0.lastRecord } == 3...3)
    }
}
