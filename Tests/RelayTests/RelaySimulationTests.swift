import RemoteWrite
import Shipping
import SimulatedSystem
import TestValues
import Testing

@testable import Relay

/// Senders, a hub whose power fails, and a target that answers or does not: by seed.
private final class RelayWorld {
    let rig: RelayRig
    private var random: SeededRandom
    private var dispatcher: RelayDispatcher<SimulatedDisk>
    private var sendClock: Int64 = 1_000_000_000
    /// What a hub has taken, by the records that each request names, and the samples that it then holds.
    private var taken: Set<String> = []
    private(set) var arrived: [String] = []
    private(set) var repeatedArrivals = 0
    private var unacknowledged: [RelayedRequest] = []
    private(set) var requestCount = 0

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        rig = try RelayRig(seed: seed, byteCount: 4 << 20)
        dispatcher = RelayDispatcher(RelayTargetSettings(), buffer: rig.buffer)
    }

    func step() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: try send(cutsPower: random.oneIn(6))
        case 4..<9: try deliver(outcomeOf: { Int.random(in: 0..<6, using: &$0) })
        default: try restart()
        }
    }

    /// Some new requests and all that are not acknowledged; perhaps the power goes on the way.
    private func send(cutsPower: Bool) throws {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            requestCount += 1
            let format: WireFormat = random.oneIn(2) ? .writeRequest1 : .writeRequest2
            var origin: RelayedRequest.Origin?
            if random.oneIn(2) {
                let number = UInt64(requestCount)
                let records = RecordsHeader(
                    ringHigh: 9, ringLow: 9, first: number, last: number, part: 1, partCount: 1, checksum: 1)
                origin = records.map { RelayedRequest.Origin(sender: "gw-7", records: $0) }
            }
            unacknowledged.append(try RelayRig.request(Int64(requestCount), format: format, origin: origin))
        }
        if cutsPower {
            rig.disk.faults[rig.disk.operationCount + Int.random(in: 0..<4, using: &random)] = .cutsPower
        }
        let outcomes = rig.take(unacknowledged)
        // The answers to some are lost on the way.
        let heard = outcomes.map { $0 == .durable && !random.oneIn(8) }
        unacknowledged = zip(unacknowledged, heard).filter { !$0.1 }.map { $0.0 }
        if !rig.disk.isPowered { try restart() }
    }

    private func restart() throws {
        rig.disk.cutPower()
        rig.disk.restart()
        rig.disk.faults = [:]
        try rig.reopen()
        dispatcher = RelayDispatcher(RelayTargetSettings(), buffer: rig.buffer)
    }

    private func deliver(outcomeOf die: (inout SeededRandom) -> Int) throws {
        switch dispatcher.next(now: sendClock, random: random.next()) {
        case .finished: break
        case .wait(let until): sendClock = max(sendClock, until)
        case .send(let outgoing):
            let outcome = die(&random)
            if outcome > 0 { try arrive(outgoing) }
            switch outcome {
            case 0, 1: dispatcher.failed("no answer", now: sendClock, random: random.next())
            case 2: try restart()
            default:
                let written: Int64? = outgoing.format == .writeRequest2 ? 1 : nil
                dispatcher.answered(
                    DeliveryResponse(status: 204, writtenSamples: written), now: sendClock, wall: 1,
                    random: random.next())
            }
        }
    }

    private func arrive(_ outgoing: RelayOutgoing) throws {
        let records = try #require(outgoing.records)
        if taken.insert("\(records)").inserted {
            arrived += try RelayRig.samples(outgoing)
        } else {
            repeatedArrivals += 1
        }
    }

    /// Everything is acknowledged and sent.
    func finish() throws {
        var rounds = 0
        while !unacknowledged.isEmpty || rig.buffer.status.acknowledgedRecord < rig.buffer.status.lastRecord {
            rounds += 1
            try #require(rounds < 10_000, "it never ends")
            if !unacknowledged.isEmpty { try send(cutsPower: false) }
            try deliver(outcomeOf: { _ in 5 })
        }
    }
}

@Suite struct RelaySimulationTests {
    @Test(arguments: 1...6) func whatIsAcknowledgedArrivesOnceWhateverFails(seed: UInt64) throws {
        let world = try RelayWorld(seed: seed)
        for _ in 0..<150 { try world.step() }
        try world.finish()
        let wanted = Set((1...world.requestCount).map { "up@\($0)" })
        let arrived = Set(world.arrived)
        #expect(arrived.count == world.arrived.count, "seed \(seed): something arrived twice")
        #expect(arrived.isSubset(of: wanted), "seed \(seed): something arrived that nobody sent")
        // A torn end costs a segment, so a ring of four may go round: what it loses it counts.
        let lost = world.rig.heard.losses.reduce(0) { $0 + Int($1.requests) }
        let missing = wanted.subtracting(arrived).count
        #expect(missing <= lost, "seed \(seed): \(missing) are missing and \(lost) counted as lost")
        #expect(
            world.rig.buffer.status.repeatedRequests + UInt64(world.repeatedArrivals) > 0, "seed \(seed) tests nothing")
    }
}
