import BatchRecord
import LinuxSystem
import MetricModel
import RemoteWrite
import RingLog
import Shipping
import SimulatedSystem
import Synchronization
import Testing

@testable import WaysideAgent

/// A buffer whose flash takes no writes: it goes on in memory, ships from there, and comes back by itself.
@Suite struct DegradedBufferTests {
    @Test(
        arguments: [
            (28, DegradedReason.noSpace), (5, .ioError), (30, .readOnly), (13, .noPermission), (2, .missing),
            (75, .other),
        ] as [(Int32, DegradedReason)])
    func itShipsFromMemoryAndSaysWhy(_ errorNumber: Int32, _ reason: DegradedReason) throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        try buffer.append(BufferFixture.batch(0), committing: true)
        fixture.disk.permanentErrorNumber = errorNumber
        for tick in 1..<4 {
            try buffer.append(BufferFixture.batch(tick))
            #expect(throws: AgentBufferError.self) { try buffer.commit() }
        }
        #expect(buffer.status.degraded == reason && !buffer.status.problem.isEmpty)
        #expect(BufferFixture.deliver(buffer, at: 4).samples == 160)
        fixture.disk.permanentErrorNumber = nil
        try buffer.commitAfterFailure()
        #expect(buffer.status.degraded == nil && buffer.status.problem.isEmpty)
        #expect(buffer.status.lostSamples == 0)
    }

    /// What the kernel does not take when a batch is appended is committed at once, to another segment if it must be; the
    /// batch's owner need not know.
    @Test(arguments: [1, 2]) func aWriteThatFailsIsMadeGoodByACommit(faults: Int) throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        try buffer.append(BufferFixture.batch(0), committing: true)
        let operation = fixture.disk.operationCount
        for index in 0..<faults { fixture.disk.faults[operation + index] = .fails(errorNumber: 5) }
        try buffer.append(BufferFixture.batch(1))
        #expect(buffer.status.fill?.lastDurableRecord == buffer.status.lastRecord)
        #expect(buffer.status.degraded == nil && buffer.status.problem.isEmpty)
        #expect(buffer.status.statistics.diskFailureCount == UInt64(faults))
        fixture.disk.cutPower()
        let again = try fixture.open()
        #expect(BufferFixture.deliver(again, at: 2).samples == 80)
        #expect(again.status.gaps.isEmpty)
    }

    /// Between the keeper's tries nobody asks the disk again.
    @Test func onlyTheKeeperTriesTheDisk() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        fixture.disk.permanentErrorNumber = 5
        try buffer.append(BufferFixture.batch(0))
        #expect(throws: AgentBufferError.self) { try buffer.commit() }
        fixture.disk.permanentErrorNumber = nil
        let before = fixture.disk.operationCount
        #expect(throws: AgentBufferError.self) { try buffer.append(BufferFixture.batch(1), committing: true) }
        #expect(fixture.disk.operationCount == before)
        try buffer.commitAfterFailure()
        #expect(fixture.disk.operationCount > before && buffer.status.degraded == nil)
    }

    /// What is neither delivered nor kept is in a gap: nothing is lost silently.
    @Test func theMemoryIsBoundedAndItsLossesAreGaps() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        fixture.disk.permanentErrorNumber = 30
        let ticks = 600
        for tick in 0..<ticks {
            try buffer.append(BufferFixture.batch(tick))
            if tick == 0 { #expect(throws: AgentBufferError.self) { try buffer.commit() } }
            #expect(buffer.status.uncommittedByteCount < 80 << 10)
        }
        let lost = try #require(buffer.status.lostSamplesByReason[.degraded])
        #expect(lost > 0 && lost == buffer.status.lostSamples)
        fixture.disk.permanentErrorNumber = nil
        try buffer.commitAfterFailure()
        let kept = try BufferFixture.contents(buffer).samples["temperature"]?.count ?? 0
        #expect(UInt64(kept) + buffer.status.lostSamples == UInt64(ticks * 40))
        let gaps = buffer.status.gaps
        #expect(gaps.allSatisfy { $0.reason != .degraded || $0.seriesCount == 40 })
        // On the way back the ring is smaller than the memory was and loses some too; those segments hold what several
        // in memory did, each with its dictionary, so that the series are an upper bound.
        #expect(gaps.allSatisfy { $0.reason == .degraded || $0.reason == .overwritten && $0.seriesCount >= 40 })
        #expect(gaps.first?.firstUnixMilliseconds == BufferFixture.start)
    }

    /// What a gap and its own sample need in memory may cost the next oldest: that is counted too before it goes.
    @Test func whatWritingALossDownCostsIsCounted() throws {
        var fixture = BufferFixture()
        fixture.settings = BufferSettings(
            byteCount: 64 << 10, maximumLoss: .seconds(15), memoryByteCount: 4 << 10, segmentByteCount: 16 << 10)
        let buffer = try fixture.open()
        fixture.disk.permanentErrorNumber = 30
        let ticks = 300
        for tick in 0..<ticks {
            try buffer.append(BufferFixture.batch(tick, samples: 1 + tick * 7 % 40))
            if tick == 0 { #expect(throws: AgentBufferError.self) { try buffer.commit() } }
        }
        let given = (0..<ticks).reduce(0) { $0 + 1 + $1 * 7 % 40 }
        let kept = try BufferFixture.contents(buffer).samples["temperature"]?.count ?? 0
        #expect(UInt64(kept) + buffer.status.lostSamples == UInt64(given))
    }

    @Test func aMessageIsSafeOnceEveryDestinationHasAcknowledgedIt() throws {
        var fixture = BufferFixture()
        fixture.destinations = ["hub", "second"]
        let buffer = try fixture.open()
        #expect(try buffer.store(BufferFixture.batch(0)).isDurable)
        fixture.disk.permanentErrorNumber = 28
        let stored = try buffer.store(BufferFixture.batch(1))
        #expect(!stored.isDurable)
        func settle() -> BatchSettlement {
            buffer.settle(stored, from: stored.first, timeoutMilliseconds: 0, isCancelled: { false })
        }
        #expect(settle() == .open)
        buffer.acknowledge("hub", through: stored.last)
        #expect(settle() == .open)
        buffer.acknowledge("second", through: stored.last)
        #expect(settle() == .safe)
        let next = try buffer.store(BufferFixture.batch(2))
        #expect(!next.isDurable)
        fixture.disk.permanentErrorNumber = nil
        try buffer.commitAfterFailure()
        #expect(buffer.settle(next, from: next.first, timeoutMilliseconds: 0, isCancelled: { false }) == .safe)
    }

    @Test func aMessageThatTheMemoryLostIsNotSafe() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        fixture.disk.permanentErrorNumber = 28
        let stored = try buffer.store(BufferFixture.batch(0))
        for tick in 1..<600 { try buffer.append(BufferFixture.batch(tick)) }
        buffer.acknowledge("hub", through: buffer.status.lastRecord)
        #expect(buffer.settle(stored, from: stored.first, timeoutMilliseconds: 0, isCancelled: { false }) == .dropped)
    }

    /// While a message waits, its request is not held back to be filled.
    @Test func aWaiterMakesTheRequestGoAtOnce() throws {
        let fixture = BufferFixture()
        let buffer = try fixture.open()
        fixture.disk.permanentErrorNumber = 28
        let stored = try buffer.store(BufferFixture.batch(0))
        var dispatcher = Dispatcher(
            DispatchSettings(
                name: "hub", protocolChoice: .only(.two), bootID: BufferFixture.boot,
                batchForNanoseconds: 3_600_000_000_000), buffer: buffer)
        let now = BufferFixture.clock(0).bootNanoseconds
        func isSent() -> Bool {
            if case .send = dispatcher.next(now: now, random: 1) { true } else { false }
        }
        #expect(!isSent())
        let wasSent = Mutex(false)
        _ = buffer.settle(stored, from: stored.first, timeoutMilliseconds: 0) {
            wasSent.withLock { $0 = isSent() }
            return true
        }
        #expect(wasSent.withLock { $0 })
    }

    /// A directory that cannot be had at the start: everything goes on in memory, and moves to the flash once it is
    /// there, behind what an earlier run left on it.
    @Test func itBeginsWithoutFlashAndGetsItLater() throws {
        let fixture = BufferFixture()
        let earlier = try fixture.open()
        try earlier.append(BufferFixture.batch(0), committing: true)
        let directory = LateDirectory()
        let buffer = try fixture.openDetached(directory)
        #expect(buffer.status.degraded == .readOnly)
        let memoryRing = buffer.ringID
        var dispatcher = Dispatcher(
            DispatchSettings(
                name: "hub", protocolChoice: .only(.two), bootID: BufferFixture.boot,
                batchForNanoseconds: 15_000_000_000), buffer: buffer)
        for tick in 1..<5 { try buffer.append(BufferFixture.batch(tick)) }
        // A request of the ring in memory is under way while the flash comes.
        let now = BufferFixture.clock(10).bootNanoseconds
        guard case .send = dispatcher.next(now: now, random: 1) else {
            Issue.record("nothing is sent from memory")
            return
        }
        #expect(throws: AgentBufferError.self) { try buffer.commitAfterFailure() }
        #expect(buffer.status.degraded == .readOnly && buffer.ringID == memoryRing)
        directory.appear()
        try buffer.commitAfterFailure()
        #expect(buffer.status.degraded == nil && buffer.status.problem.isEmpty)
        #expect(buffer.ringID == earlier.ringID)
        try buffer.append(BufferFixture.batch(5), committing: true)
        #expect(try BufferFixture.ticks(buffer) == BufferFixture.everySample(of: 0..<6))
        // The answer to the request from memory means nothing any more; all is planned anew in the ring on flash.
        dispatcher.answered(.init(status: 204, writtenSamples: 40), now: now, random: 1)
        while case .send(let request) = dispatcher.next(now: now, random: 1) {
            #expect(request.records.map { $0.ringHigh == buffer.ringID.high && $0.last < 100 } == true)
            dispatcher.answered(.init(status: 204, writtenSamples: 1000), now: now, random: 1)
        }
        #expect(dispatcher.status.acknowledgedSamples == 40 + 240)
    }
}
