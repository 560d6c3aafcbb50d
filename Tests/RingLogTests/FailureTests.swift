import Glibc
import LinuxSystem
import SimulatedSystem
import TestPeers
import Testing

@testable import RingLog

/// A disk that fails while the ring is written.
@Suite struct FailureTests {
    @Test(arguments: [SimulatedDisk.Fault.fails(errorNumber: 5), .failsHalfway(errorNumber: 5)], [0, 1])
    func whatCouldNotBeWrittenMovesWithItsDictionary(_ fault: SimulatedDisk.Fault, _ operation: Int) throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "declares", .dictionary)
        _ = try log.append(.dictionary, flags: .repeated) { $1.append(contentsOf: "repeats".utf8) }
        _ = try RingLogTests.append(log, "one")
        try log.commit()
        _ = try RingLogTests.append(log, "two")
        log.disk.faults[log.disk.operationCount + operation] = fault
        try log.commit()
        #expect(log.statistics.relocationCount == 1 && log.statistics.diskFailureCount == 1)
        #expect(log.fill.failedSegmentCount == 1)
        #expect(log.segmentNumber(of: 3) == 1 && log.segmentNumber(of: 4) == 2)
        for opened in [log, try RingLog(opening: log.disk, settings: log.settings)] {
            var carried: [String] = []
            try opened.readDictionary(ofSegment: 2) { header, bytes in
                carried.append("\(header.number):\(String(decoding: bytes, as: UTF8.self)):\(header.flags.rawValue)")
            }
            #expect(carried == ["1:declares:4"])
            #expect(try RingLogTests.texts(opened) == ["1:declares", "2:repeats", "3:one", "4:two"])
        }
    }

    /// What the kernel refuses between two commits stays in memory. The commit writes it again from its beginning, and to
    /// another segment if this one refuses once more.
    @Test(
        arguments: [SimulatedDisk.Fault.fails(errorNumber: 5), .failsHalfway(errorNumber: 5)], [false, true])
    func whatWriteThroughCouldNotWriteIsWrittenByTheCommit(_ fault: SimulatedDisk.Fault, _ isLasting: Bool) throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "declares", .dictionary)
        try log.commit()
        _ = try RingLogTests.append(log, "one", byteCount: 2000)
        #expect(log.writeThrough())
        _ = try RingLogTests.append(log, "two", byteCount: 2000)
        let operation = log.disk.operationCount
        log.disk.faults[operation] = fault
        if isLasting { log.disk.faults[operation + 1] = fault }
        #expect(!log.writeThrough())
        #expect(log.disk.operationCount == operation + 1 && log.lastDurableRecord == 1)
        func words(_ log: RingLog<SimulatedDisk>) throws -> [String] {
            try RingLogTests.texts(log, uncommitted: true).map { String($0.split(separator: " ")[0]) }
        }
        #expect(try words(log) == ["1:declares", "2:one", "3:two"])
        _ = try RingLogTests.append(log, "three")
        try log.commit()
        #expect(log.lastDurableRecord == 4 && log.uncommittedByteCount == 0)
        #expect(log.statistics.relocationCount == (isLasting ? 1 : 0))
        #expect(log.fill.failedSegmentCount == (isLasting ? 1 : 0))
        #expect((2...4).allSatisfy { log.segmentNumber(of: $0) == (isLasting ? 2 : 1) })
        log.disk.cutPower()
        let again = try RingLog(opening: log.disk, settings: log.settings)
        #expect(try words(again) == ["1:declares", "2:one", "3:two", "4:three"])
        #expect(again.recovery.damagedRecordCount == 0)
    }

    /// A ring that refuses, on a disk without room for another segment: what did not fit is taken back, takes no memory,
    /// and does not stand before what is less; it is taken, under its number, once there is room.
    @Test func whatIsTakenBackLeavesRoomForLess() throws {
        let log = try RingLogTests.make(policy: .refuse)
        _ = try RingLogTests.append(log, "one", byteCount: 6000)
        try log.commit()
        log.disk.byteLimit = log.disk.byteCount
        for round in 0..<50 {
            // In one of two rounds it is known before the commit that no segment can be made.
            #expect(throws: RingError.self) {
                _ = try RingLogTests.append(log, "large", byteCount: 5000)
                _ = try RingLogTests.append(log, "larger", byteCount: 6000)
                try log.commit()
            }
            log.withdrawUncommitted()
            #expect(log.uncommittedByteCount == 0 && log.lastRecord == 1, "round \(round)")
            if round % 2 == 0 { log.reconsiderFailedSegments() }
        }
        #expect(try RingLogTests.append(log, "less") == 2)
        try log.commit()
        #expect(log.segmentNumber(of: 2) == log.segmentNumber(of: 1))
        log.disk.byteLimit = .max
        log.reconsiderFailedSegments()
        #expect(try RingLogTests.append(log, "larger", byteCount: 6000) == 3)
        try log.commit()
        log.disk.cutPower()
        let texts = try RingLogTests.texts(RingLog(opening: log.disk, settings: log.settings))
        #expect(texts.map { $0.split(separator: " ")[0] } == ["1:one", "2:less", "3:larger"])
    }

    /// What was taken back although the disk had it: its number is given to another, and the old one does not come back.
    @Test func whatIsTakenBackDoesNotCountOnceItsNumberIsGivenAgain() throws {
        for isKilled in [true, false] {
            let log = try RingLogTests.make(policy: .refuse)
            _ = try RingLogTests.append(log, "one")
            try log.commit()
            _ = try RingLogTests.append(log, "two")
            _ = try RingLogTests.append(log, "three")
            // The synchronisation fails, and no other segment can be made; what was written stays with the kernel.
            log.disk.faults[log.disk.operationCount + 1] = .fails(errorNumber: 5)
            log.disk.byteLimit = log.disk.byteCount
            #expect(throws: RingError.self) { try log.commit() }
            log.withdrawUncommitted()
            log.disk.byteLimit = .max
            log.reconsiderFailedSegments()
            if isKilled {
                let again = try RingLog(opening: log.disk, settings: log.settings)
                #expect(try RingLogTests.texts(again) == ["1:one", "2:two", "3:three"])
            }
            #expect(try RingLogTests.append(log, "other") == 2)
            try log.commit()
            log.disk.cutPower()
            #expect(try RingLogTests.texts(RingLog(opening: log.disk, settings: log.settings)) == ["1:one", "2:other"])
        }
    }

    /// A failed synchronisation is not asked again: the second would say that all is well.
    @Test func aFailedSynchronisationIsNeverTrustedAgain() throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "one")
        try log.commit()
        _ = try RingLogTests.append(log, "two")
        log.disk.faults[log.disk.operationCount + 1] = .failsHalfway(errorNumber: 5)
        try log.commit()
        log.disk.cutPower()
        #expect(try RingLogTests.texts(RingLog(opening: log.disk, settings: log.settings)) == ["1:one", "2:two"])
    }

    /// A record that reached the disk although its commit failed, and that was to move: its number is given again, and
    /// the old one does not count.
    @Test func whatWasToMoveDoesNotCountWhereItWas() throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "one")
        try log.commit()
        while try log.prepareStep() {}
        _ = try RingLogTests.append(log, "two")
        // The synchronisation fails, then, behind the making of the cursor file and a new segment's header, its records,
        // then, behind another cursor page, a further header.
        for operation in [1, 10, 13] {
            log.disk.faults[log.disk.operationCount + operation] = .fails(errorNumber: 5)
        }
        #expect(throws: RingError.self) { try log.commit() }
        // The process is killed; what the kernel holds stays.
        let again = try RingLog(opening: log.disk, settings: log.settings)
        #expect(try RingLogTests.append(again, "other") == 2)
        try again.commit()
        for opened in [again, try RingLog(opening: log.disk, settings: log.settings)] {
            #expect(try RingLogTests.texts(opened) == ["1:one", "2:other"])
        }
    }

    /// A header that could not be made durable may or may not replace the lap before it. A cursor that has passed that
    /// lap, because it was given up, must not have passed it where it comes back and the gap that names it does not.
    @Test func aCursorDoesNotPassWhatMayComeBack() throws {
        var returnCount = 0
        for seed in UInt64(1)...24 {
            let settings = RingModel.settings(segmentCount: 3)
            let log = try RingLog(opening: SimulatedDisk(seed: seed), settings: settings)
            try log.addDestination("hub")
            while log.segments.count < 3 || log.open[0].nextOffset < 15 << 10 {
                _ = try RingLogTests.append(log, "x", byteCount: 3000)
                try log.commit()
            }
            try log.writeCursor()
            let last = log.segments[0].lastRecord
            _ = try RingLogTests.append(log, "y", byteCount: 3000)
            for operation in [1, 2, 3, 4, 5, 6, 7, 8] {
                log.disk.faults[log.disk.operationCount + operation] = .fails(errorNumber: 28)
            }
            #expect(throws: RingError.self) { try log.commit() }
            log.disk.faults = [:]
            #expect(log.oldestRecord > last)
            log.acknowledge("hub", through: log.oldestRecord)
            try log.writeCursor()
            log.disk.cutPower()
            let again = try RingLog(opening: log.disk, settings: settings)
            let cursor = try #require(again.cursor(of: "hub"))
            let isBack = again.oldestRecord <= last
            if isBack { returnCount += 1 }
            #expect(!isBack || cursor < again.oldestRecord, "seed \(seed)")
            let isTold = again.recovery.unrecordedLosses.contains { $0.firstUnacknowledged == 1 }
            #expect(isBack || isTold || cursor < last, "seed \(seed)")
        }
        #expect(returnCount > 0)
    }

    /// A process that is killed between giving a segment its name and synchronising the directory: the next one writes to
    /// that segment, and a later power cut must not take the file.
    @Test func aNameThatAKilledProcessGaveIsMadeDurable() throws {
        for seed in UInt64(1)...6 {
            let settings = RingModel.settings()
            for operation in 0..<24 {
                let disk = SimulatedDisk(seed: seed)
                disk.faults[operation] = .cutsPower
                let log = try RingLog(opening: disk, settings: settings)
                do {
                    while try log.prepareStep() {}
                } catch {}
                if disk.isPowered { break }
                disk.faults = [:]
                disk.restart()
                let next = try RingLog(opening: disk, settings: settings)
                _ = try RingLogTests.append(next, "kept")
                try next.commit()
                disk.cutPower()
                let again = try RingLog(opening: disk, settings: settings)
                #expect(try RingLogTests.texts(again) == ["1:kept"], "seed \(seed), operation \(operation)")
            }
        }
    }

    @Test func aDeadDiskKeepsTheRecordsInMemory() throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "one")
        try log.commit()
        log.disk.permanentErrorNumber = 30
        for index in 0..<20 {
            _ = try RingLogTests.append(log, "\(index)")
            #expect(throws: RingError.self) { try log.commit() }
        }
        #expect(log.lastDurableRecord == 1 && log.lastRecord == 21)
        #expect(try RingLogTests.texts(log, uncommitted: true).count == 21)
        // The disk comes back: once the owner says so, everything is written.
        log.disk.permanentErrorNumber = nil
        log.reconsiderFailedSegments()
        try log.commit()
        log.disk.cutPower()
        let again = try RingLog(opening: log.disk, settings: log.settings)
        #expect(again.lastRecord == 21)
        #expect(try RingLogTests.texts(again).count == 21)
    }

    /// A full file system: the ring makes do with the segments it has, and overwrites the oldest.
    @Test func noSpaceForAFurtherSegment() throws {
        let log = try RingLogTests.make(segmentCount: 8)
        log.disk.byteLimit = 40 << 10
        for _ in 0..<12 {
            _ = try RingLogTests.append(log, "x", byteCount: 5000)
            try log.commit()
        }
        #expect(log.fill.segmentCount == 2 && log.lastDurableRecord == 12)
        log.disk.byteLimit = .max
        log.reconsiderFailedSegments()
        for _ in 0..<20 {
            _ = try RingLogTests.append(log, "x", byteCount: 5000)
            try log.commit()
        }
        #expect(log.fill.segmentCount == 8)
    }

    @Test func aCursorThatCannotBeWrittenIsWrittenLater() throws {
        let log = try RingLogTests.make()
        _ = try RingLogTests.append(log, "one")
        try log.commit()
        try log.addDestination("hub")
        try log.writeCursor()
        log.acknowledge("hub", through: 1)
        log.disk.faults[log.disk.operationCount] = .failsHalfway(errorNumber: 5)
        #expect(throws: RingError.self) { try log.writeCursor() }
        #expect(try RingLog(opening: log.disk, settings: log.settings).cursor(of: "hub") == 0)
        try log.writeCursor()
        #expect(try RingLog(opening: log.disk, settings: log.settings).cursor(of: "hub") == 1)
    }

    /// The same by real files.
    @Test func realFilesKeepRecords() throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let directory = scratch.path + "/ring"
        let settings = RingModel.settings()
        let log = try RingLog(opening: FlashDisk(directory: directory), settings: settings)
        for index in 0..<40 {
            try log.append(.opaque) { $1.append(contentsOf: [UInt8](repeating: UInt8(index), count: 2000)) }
            if index % 3 == 0 { try log.commit() }
        }
        try log.commit()
        try log.addDestination("hub")
        try log.writeCursor()
        let again = try RingLog(opening: FlashDisk(directory: directory), settings: settings)
        #expect(again.lastRecord == 40 && again.oldestRecord == log.oldestRecord && again.ringID == log.ringID)
        #expect(again.cursor(of: "hub") == log.cursor(of: "hub"))
        var count: UInt64 = 0
        try again.read(from: 1) { header, bytes in
            count += bytes.allSatisfy { $0 == UInt8(header.number - 1) } ? 1 : 0
            return true
        }
        #expect(count == 40 - again.oldestRecord + 1)
    }

    /// Whoever else may write into the directory can neither make the ring wait nor have it write elsewhere.
    @Test func whatIsNoRegularFileIsNoSegment() throws {
        let scratch = try ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        let directory = scratch.path + "/ring"
        let settings = RingModel.settings()
        try Files.makeDirectory(directory)
        let outside = scratch.path + "/outside"
        let zeros = [UInt8](repeating: 0, count: settings.segmentByteCount)
        try Files.replace(outside, with: zeros)
        #expect(mkfifo(directory + "/segment-00000000", 0o400) == 0)
        #expect(symlink(outside, directory + "/segment-00000001") == 0)
        #expect(symlink(outside, directory + "/" + RingSlot.unfinishedFileName) == 0)
        #expect(throws: SystemError.self) { try FlashDisk(directory: directory).open("segment-00000000") }
        #expect(throws: SystemError.self) { try FlashDisk(directory: directory).create(RingSlot.unfinishedFileName) }
        #expect(throws: SystemError.self) { try ReadOnlyDisk(directory: directory).open("segment-00000000") }
        #expect(throws: SystemError.self) { try ReadOnlyDisk(directory: directory).open("segment-00000001") }
        let log = try RingLog(opening: FlashDisk(directory: directory), settings: settings)
        #expect(log.recovery.ignored.map(\.reason) == [.unreadable, .unreadable])
        for index in 0..<40 {
            try log.append(.opaque) { $1.append(contentsOf: [UInt8](repeating: UInt8(index + 1), count: 2000)) }
            try log.commit()
        }
        #expect(log.lastDurableRecord == 40)
        #expect(try Files.read(outside) == zeros)
    }
}
