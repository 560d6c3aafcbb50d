import LinuxSystem
import SimulatedSystem
import Testing

@testable import RingLog

/// A ring whose disk takes no writes.
@Suite struct MemoryTests {
    /// A ring with a durable record and a destination that has acknowledged nothing.
    private func make(segmentCount: Int = 4) throws -> RingLog<SimulatedDisk> {
        let log = try RingLogTests.make(segmentCount: segmentCount)
        try log.addDestination("hub")
        _ = try RingLogTests.append(log, "durable")
        try log.commit()
        return log
    }

    /// The memory's limit is 64 KiB (`RingModel.settings`): the oldest goes, once it was reported, the newest stays.
    @Test func theOldestGoesWhenTheMemoryIsFull() throws {
        let log = try make(segmentCount: 16)
        log.disk.permanentErrorNumber = 30
        var reported: [RecordNumber] = []
        for index in 0..<100 {
            _ = try RingLogTests.append(log, "r\(index)", byteCount: 1000)
            #expect(log.uncommittedByteCount <= (64 << 10) + 4096 + 2 * 1024)
            for range in log.takeOverwritten() {
                #expect(range.reason == .memoryFull && range.isReadable && range.firstUnacknowledged == range.first)
                try log.read(from: range.first, through: range.last, includingUncommitted: true) { header, _ in
                    reported.append(header.number)
                    return true
                }
            }
            if index % 7 == 0 { #expect(throws: RingError.self) { try log.commit() } }
        }
        #expect(log.commitFailure != nil && log.statistics.refusedRecordCount == 0)
        #expect(reported.first == 2 && reported == Array(2...(reported.last ?? 0)))
        log.disk.permanentErrorNumber = nil
        try log.commit()
        let kept = try #require(reported.last) + 1
        let numbers = [1] + (kept...101)
        #expect(log.lastDroppedRecord == reported.last && reported.count > 30 && reported.count < 60)
        log.disk.cutPower()
        let again = try RingLog(opening: log.disk, settings: log.settings)
        var found: [RecordNumber] = []
        try again.read(from: 1) { header, _ in
            found.append(header.number)
            return true
        }
        #expect(found == numbers && again.recovery.damagedRecordCount == 0)
    }

    /// A full disk is found out by the making of the first file, before any commit.
    @Test func withoutRoomForAFileItBeginsInMemory() throws {
        let disk = SimulatedDisk(seed: 1)
        disk.byteLimit = 0
        let log = try RingLog(opening: disk, settings: RingModel.settings())
        #expect(throws: RingError.self) { while try log.prepareStep() {} }
        #expect(try RingLogTests.append(log, "a") == 1)
        #expect(log.isKeepingInMemory && log.statistics.refusedRecordCount == 0)
        guard case .disk(let failure) = log.commitFailure else { Issue.record("no failure is told"); return }
        #expect(failure.errorNumber == 28)
        disk.byteLimit = .max
        try log.commit()
        #expect(!log.isKeepingInMemory)
        #expect(try RingLogTests.texts(RingLog(opening: disk, settings: log.settings), from: 1) == ["1:a"])
    }

    /// What was kept in small pieces does not take a slot for each on the way back.
    @Test func theWayBackTakesAsFewSegmentsAsItCan() throws {
        let log = try make(segmentCount: 8)
        log.disk.permanentErrorNumber = 5
        for index in 0..<20 {
            _ = try RingLogTests.append(log, "r\(index)", byteCount: 2000)
            #expect(throws: RingError.self) { try log.commit() }
        }
        log.disk.permanentErrorNumber = nil
        try log.commit()
        // 20 records of 2,024 bytes, six to a segment of three pages, behind the one with the durable record.
        #expect(log.fill.segmentCount == 5 && log.takeOverwritten().isEmpty)
        #expect(log.lastDurableRecord == 21 && log.oldestRecord == 1)
    }

    /// A disk that takes nothing must not cost the oldest segments one after the other, nor have them reported as lost.
    @Test(arguments: [30, 5] as [Int32]) func aDeadDiskCostsNothingThatIsOnIt(_ errorNumber: Int32) throws {
        let log = try make()
        for _ in 0..<4 {
            _ = try RingLogTests.append(log, "x", byteCount: 5000)
            try log.commit()
        }
        #expect(log.fill.segmentCount == 4 && log.takeOverwritten().isEmpty)
        let before = try RingLogTests.texts(log).count
        log.disk.permanentErrorNumber = errorNumber
        for _ in 0..<8 {
            _ = try RingLogTests.append(log, "y", byteCount: 500)
            #expect(throws: RingError.self) { try log.commit() }
            log.reconsiderFailedSegments()
        }
        #expect(log.takeOverwritten().isEmpty)
        #expect(try RingLogTests.texts(log).count == before)
        #expect(try RingLogTests.texts(log, uncommitted: true).count == before + 8)
    }

    @Test func whatEveryoneHasAcknowledgedIsNotKeptInMemory() throws {
        let log = try make()
        try log.addDestination("second", next: 1)
        log.disk.permanentErrorNumber = 28
        for index in 0..<40 {
            _ = try RingLogTests.append(log, "r\(index)", byteCount: 1000)
            if index == 0 { #expect(throws: RingError.self) { try log.commit() } }
        }
        let full = log.uncommittedByteCount
        log.acknowledge("hub", through: 41)
        #expect(log.uncommittedByteCount == full)
        log.acknowledge("second", through: 41)
        #expect(log.uncommittedByteCount < 8 << 10)
        #expect(log.lastDroppedRecord == 0 && log.takeOverwritten().isEmpty)
        log.disk.permanentErrorNumber = nil
        try log.commit()
        #expect(log.lastDurableRecord == 41)
    }

    /// What was planned for records that need no place any more is free again: else the ring took the next file for one
    /// more than it has room for, and grew past its size.
    @Test func whatIsNotKeptKeepsNoPlace() throws {
        let log = try make(segmentCount: 5)
        while try log.prepareStep() {}
        for index in 0..<5 { _ = try RingLogTests.append(log, "first \(index)", byteCount: 2000) }
        try log.commit()
        // Three segments wait for their places when none can be written.
        for index in 0..<15 { _ = try RingLogTests.append(log, "r\(index)", byteCount: 2000) }
        log.disk.permanentErrorNumber = 28
        #expect(throws: RingError.self) { try log.commit() }
        _ = try RingLogTests.append(log, "in memory")
        #expect(log.slots.values.contains { $0.isPlanned })
        log.acknowledge("hub", through: log.lastRecord)
        #expect(!log.slots.values.contains { $0.isPlanned })
        log.disk.permanentErrorNumber = nil
        for round in 0..<6 {
            try log.commit()
            while try log.prepareStep() {}
            let byteCount = log.disk.byteCounts.filter { $0.key.hasPrefix("segment") }.values.reduce(0, +)
            #expect(byteCount <= log.settings.byteCount)
            _ = try RingLogTests.append(log, "again \(round)", byteCount: 5000)
        }
    }

    /// What comes after a failure needs no declaration that only the disk has.
    @Test func aFailureBeginsANewSegmentInMemory() throws {
        let log = try make()
        log.disk.permanentErrorNumber = 5
        _ = try RingLogTests.append(log, "one")
        #expect(throws: RingError.self) { try log.commit() }
        var context: SegmentContext?
        try log.append(.samples) { place, _ in context = place }
        #expect(context?.segmentNumber != log.segmentNumber(of: 1))
        #expect(context?.byteOffset == RingFormat.pageByteCount)
    }

    @Test func aRingWithoutADiskIsTakenOverByOneOnIt() throws {
        let disk = SimulatedDisk(seed: 3)
        let settings = RingModel.settings()
        let failure = SystemError(call: "open", path: "/buffer", errorNumber: 13)
        let detached = RingLog(detachedFrom: disk, settings: settings, failure: failure, after: 1 << 61)
        try detached.addDestination("hub")
        for index in 0..<12 { _ = try RingLogTests.append(detached, "r\(index)", byteCount: 3000) }
        #expect(throws: RingError.disk(failure)) { try detached.commit() }
        #expect(throws: RingError.disk(failure)) { try detached.writeCursor() }
        #expect(detached.lastRecord == 1 << 61 + 12 && disk.image.isEmpty)
        #expect(try detached.prepareStep() == false)
        detached.acknowledge("hub", through: 1 << 61 + 4)
        let opened = try RingLog(opening: disk, settings: settings)
        _ = try RingLogTests.append(opened, "of an earlier run")
        _ = try opened.takeOver(detached)
        try opened.commit()
        let texts = try RingLogTests.texts(opened).map { $0.split(separator: " ")[0] }
        #expect(texts.first == "1:of" && texts.last == "\(texts.count):r11")
        #expect(texts.contains { $0.hasSuffix(":r4") } && !texts.contains { $0.hasSuffix(":r0") })
    }
}
