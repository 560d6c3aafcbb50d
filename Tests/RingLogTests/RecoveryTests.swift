import Glibc
import LinuxSystem
import SimulatedSystem
import Testing

@testable import RingLog

/// Each row of the table in DESIGN.md, "Recovery".
@Suite struct RecoveryTests {
    typealias Log = RingLog<SimulatedDisk>

    /// Records 1…9 of 3,000 bytes: 1–3 in segment 1, 4–6 in segment 2, 7–9 in segment 3, each in a commit of its own.
    static func disk(_ settings: RingSettings = RingModel.settings()) throws -> SimulatedDisk {
        let disk = SimulatedDisk(seed: 4)
        let log = try Log(opening: disk, settings: settings)
        for index in 0..<9 {
            _ = try RingLogTests.append(log, "r\(index + 1)", byteCount: 3000)
            try log.commit()
        }
        return disk
    }

    static func open(_ disk: SimulatedDisk, _ settings: RingSettings = RingModel.settings(newRing: 2)) throws -> Log {
        try Log(opening: disk, settings: settings)
    }

    static func numbers(_ log: Log) throws -> [RecordNumber] {
        var numbers: [RecordNumber] = []
        try log.read(from: 1) { header, _ in
            numbers.append(header.number)
            return true
        }
        return numbers
    }

    /// Where a record begins in its file.
    static func offset(_ record: Int) -> Int { 4096 * (1 + (record - 1) % 3) }
    static func file(_ record: Int) -> String { RingSlot.fileName((record - 1) / 3) }

    @Test func nothingThere() throws {
        let log = try Self.open(SimulatedDisk(seed: 1))
        #expect(log.recovery.isNewRing && log.ringID == RingModel.settings(newRing: 2).newRingID)
    }

    @Test func cleanEndGoesOnInTheSameSegment() throws {
        let disk = try Self.disk()
        let log = try Self.open(disk)
        #expect(log.recovery.recordCount == 9 && log.recovery.segmentCount == 3 && log.ringID != log.settings.newRingID)
        #expect(log.lastRecord == 9)
        // Segment 3 is full to its last page, so the next record begins segment 4; a shorter history goes on in place.
        let shorter = SimulatedDisk(seed: 1)
        let first = try Log(opening: shorter, settings: RingModel.settings())
        _ = try RingLogTests.append(first, "a")
        try first.commit()
        let second = try Self.open(shorter)
        _ = try RingLogTests.append(second, "b")
        try second.commit()
        #expect(second.segmentNumber(of: 2) == 1 && second.segments.first?.endOffset == 3 * 4096)
    }

    @Test(arguments: 1...9) func oneDamagedRecordCostsThatRecord(_ record: Int) throws {
        // Any bit of it: of its length, its number, its bytes.
        for bit in [0, 35, 64, 70, 128, 140, 160, 24 * 8 + 5, 3023 * 8 - 1] {
            let disk = try Self.disk()
            disk.flipBit(file: Self.file(record), byteOffset: Self.offset(record) + bit / 8, bit: bit % 8)
            let log = try Self.open(disk)
            #expect(try Self.numbers(log) == (1...9).filter { $0 != record }.map { RecordNumber($0) }, "bit \(bit)")
            // Damage at the very end cannot be told from a write that never finished; it is torn or unseen.
            #expect(record == 9 || log.recovery.damagedRecordCount == 1)
        }
    }

    /// Readers come by a damaged record again and again; it is one in the counters all the same.
    @Test func aDamagedRecordIsCountedOnce() throws {
        let disk = try Self.disk()
        disk.flipBit(file: Self.file(5), byteOffset: Self.offset(5) + 60, bit: 0)
        let log = try Self.open(disk)
        for _ in 0..<3 { #expect(try Self.numbers(log).count == 8) }
        #expect(log.recovery.damagedRecordCount == 1 && log.statistics.damagedRecordCount == 0)
        // One that is damaged while the ring is in use.
        disk.flipBit(file: Self.file(2), byteOffset: Self.offset(2) + 60, bit: 0)
        for first in [1, 2, 1] as [RecordNumber] {
            try log.read(from: first) { _, _ in true }
            try log.read(from: first, through: 4) { _, _ in true }
        }
        #expect(log.recovery.damagedRecordCount == 1 && log.statistics.damagedRecordCount == 1)
    }

    @Test func everyBitOfARecordHeaderMayFlip() throws {
        for bit in 0..<24 * 8 {
            let disk = try Self.disk()
            disk.flipBit(file: Self.file(5), byteOffset: Self.offset(5) + bit / 8, bit: bit % 8)
            #expect(try Self.numbers(Self.open(disk)) == [1, 2, 3, 4, 6, 7, 8, 9], "bit \(bit)")
        }
    }

    @Test func unreadableSectorCostsItsRecord() throws {
        let disk = try Self.disk()
        disk.spoil(file: Self.file(5), byteOffset: Self.offset(5) + 700)
        #expect(try Self.numbers(Self.open(disk)) == [1, 2, 3, 4, 6, 7, 8, 9])
    }

    @Test func tornTailGoesOnInTheNextSegment() throws {
        let disk = SimulatedDisk(seed: 1)
        let first = try Log(opening: disk, settings: RingModel.settings())
        for _ in 0..<2 {
            _ = try RingLogTests.append(first, "a", byteCount: 1000)
            try first.commit()
        }
        disk.flipBit(file: Self.file(1), byteOffset: 2 * 4096 + 500, bit: 0)
        let log = try Self.open(disk)
        #expect(log.recovery.tornByteCount == 1024 && log.lastRecord == 1)
        #expect(try RingLogTests.append(log, "b") == 2)
        try log.commit()
        #expect(log.segmentNumber(of: 2) == 2 && log.segmentNumber(of: 1) == 1)
        #expect(try RingLogTests.texts(Self.open(disk), from: 2) == ["2:b"])
    }

    @Test func bothHeaderCopiesDamaged() throws {
        let disk = try Self.disk()
        for offset in [20, 2048 + 20] { disk.flipBit(file: Self.file(4), byteOffset: offset, bit: 0) }
        let before = disk.bytes(of: Self.file(4))
        let log = try Self.open(disk)
        #expect(log.recovery.ignored == [.init(fileName: Self.file(4), reason: .damagedHeader)])
        #expect(log.recovery.damagedRecordCount == 3)
        #expect(try Self.numbers(log) == [1, 2, 3, 7, 8, 9])
        // It stays until its lap: after the fourth file and segment 1.
        for round in 0..<3 {
            #expect(disk.bytes(of: Self.file(4)) == before, "round \(round)")
            for _ in 0..<3 {
                _ = try RingLogTests.append(log, "n", byteCount: 3000)
                try log.commit()
            }
        }
        #expect(disk.bytes(of: Self.file(4)) != before)
    }

    @Test func laterVersionStaysUntilItsLap() throws {
        let disk = try Self.disk()
        var bytes = try #require(disk.bytes(of: Self.file(4)))
        for offset in [0, 2048] {
            bytes[offset + 8] = 7
            bytes.store(bytes[offset..<offset + 508].withUnsafeBytes { Checksum.crc32c($0) }, at: offset + 508)
        }
        disk.place(Self.file(4), bytes)
        let log = try Self.open(disk)
        #expect(log.recovery.ignored == [.init(fileName: Self.file(4), reason: .unknownVersion(7))])
        #expect(disk.bytes(of: Self.file(4)) == bytes)
    }

    @Test func aCopiedSegmentDoesNotCount() throws {
        let disk = try Self.disk()
        disk.place("segment-00000003", try #require(disk.bytes(of: Self.file(1))))
        let log = try Self.open(disk)
        #expect(log.recovery.ignored == [.init(fileName: "segment-00000003", reason: .misplaced)])
        #expect(try Self.numbers(log) == Array(1...9))
    }

    @Test func anotherRingsSegmentDoesNotCount() throws {
        let other = try Self.disk(RingModel.settings(newRing: 77))
        let disk = try Self.disk()
        disk.place("segment-00000003", try #require(other.bytes(of: Self.file(7))))
        let log = try Self.open(disk)
        #expect(log.recovery.ignored == [.init(fileName: "segment-00000003", reason: .foreign)])
        #expect(try Self.numbers(log) == Array(1...9))
    }

    @Test func onAnotherMachineANewRingBegins() throws {
        let disk = try Self.disk()
        let log = try Self.open(disk, RingModel.settings(machine: 8, newRing: 2))
        #expect(log.recovery.isNewRing && log.ringID == log.settings.newRingID)
        #expect(log.recovery.ignored.count == 3 && log.lastRecord == 0)
        #expect(try RingLogTests.append(log, "mine") == 1)
        try log.commit()
        #expect(try RingLogTests.texts(log) == ["1:mine"])
    }

    @Test func truncatedFileGivesWhatItHas() throws {
        let disk = try Self.disk()
        let bytes = try #require(disk.bytes(of: Self.file(4)))
        disk.place(Self.file(4), Array(bytes[..<(Self.offset(5) + 100)]))
        let log = try Self.open(disk)
        #expect(try Self.numbers(log) == [1, 2, 3, 4, 7, 8, 9])
        #expect(log.recovery.damagedRecordCount == 2)
    }

    @Test func zeroedPagesGiveTheRest() throws {
        let disk = try Self.disk()
        var bytes = try #require(disk.bytes(of: Self.file(4)))
        bytes.replaceSubrange(Self.offset(4)..<Self.offset(6), with: repeatElement(0, count: 8192))
        disk.place(Self.file(4), bytes)
        #expect(try Self.numbers(Self.open(disk)) == [1, 2, 3, 6, 7, 8, 9])
    }

    /// The oldest, or one between others: nothing says that it was overwritten.
    @Test(arguments: [1, 4], [false, true]) func aMissingOrZeroedSegmentIsReported(_ record: Int, _ zeroed: Bool) throws
    {
        let disk = try Self.disk()
        let name = Self.file(record)
        let size = disk.bytes(of: name)?.count ?? 0
        if zeroed { disk.place(name, [UInt8](repeating: 0, count: size)) } else { try disk.remove(name) }
        let log = try Self.open(disk)
        let first = RecordNumber(record)
        #expect(log.recovery.missingRanges == [first...first + 2])
        #expect(try Self.numbers(log) == (1...9).filter { !(first...first + 2).contains($0) })
    }

    @Test func whatWasOverwrittenIsNotMissing() throws {
        let disk = try Self.disk(RingModel.settings(segmentCount: 2))
        let log = try Self.open(disk, RingModel.settings(segmentCount: 2, newRing: 2))
        #expect(try Self.numbers(log) == [4, 5, 6, 7, 8, 9] && log.recovery.missingRanges.isEmpty)
    }

    @Test func lostCursorCostsDuplicatesOnly() throws {
        let disk = try Self.disk()
        let log = try Self.open(disk)
        try log.addDestination("hub")
        for through in [3, 6] as [RecordNumber] {
            log.acknowledge("hub", through: through)
            try log.writeCursor()
        }
        // The newest page is damaged: the one before it counts.
        disk.flipBit(file: "cursor", byteOffset: 2 * 4096 + 50, bit: 1)
        #expect(try Self.open(disk).cursor(of: "hub") == 3)
        disk.flipBit(file: "cursor", byteOffset: 4096 + 50, bit: 1)
        let again = try Self.open(disk)
        #expect(again.recovery.isCursorLost && again.cursor(of: "hub") == nil)
        try again.addDestination("hub")
        #expect(again.cursor(of: "hub") == 0)
    }

    /// A number that was acknowledged is never given to another record, or that one would never be sent.
    @Test func acknowledgedNumbersNeverComeAgain() throws {
        let disk = SimulatedDisk(seed: 1)
        let log = try Log(opening: disk, settings: RingModel.settings())
        try log.addDestination("hub")
        for _ in 0..<2 {
            _ = try RingLogTests.append(log, "a")
            try log.commit()
        }
        log.acknowledge("hub", through: 2)
        try log.writeCursor()
        disk.flipBit(file: Self.file(1), byteOffset: 2 * 4096 + 9, bit: 0)
        let again = try Self.open(disk)
        #expect(try RingLogTests.append(again, "b") == 3)
    }

    /// The power goes after the old segment was replaced and before the gap that says so is durable.
    @Test func anUnrecordedLossIsReportedAgain() throws {
        let disk = SimulatedDisk(seed: 1)
        let log = try Log(opening: disk, settings: RingModel.settings(segmentCount: 2))
        try log.addDestination("hub")
        for _ in 0..<2 {
            for _ in 0..<2 { _ = try RingLogTests.append(log, "a", byteCount: 5000) }
            try log.commit()
        }
        _ = try RingLogTests.append(log, "b", byteCount: 5000)
        #expect(log.takeOverwritten().first?.isReadable == true)
        // The header is written and synchronised; the write of the records is cut off.
        disk.faults[disk.operationCount + 2] = .cutsPower
        #expect(throws: RingError.self) { try log.commit() }
        disk.cutPower()
        let again = try Self.open(disk, RingModel.settings(segmentCount: 2))
        #expect(again.takeOverwritten().isEmpty && again.recovery.unrecordedLosses.count == 1)
        let range = try #require(again.recovery.unrecordedLosses.first)
        #expect(range.first == 1 && range.last == 2 && range.firstUnacknowledged == 1 && !range.isReadable)
        // The next segment's header says it again, until a gap record behind it is durable.
        _ = try RingLogTests.append(again, "c", byteCount: 5000)
        try again.commit()
        #expect(try Self.open(disk, RingModel.settings(segmentCount: 2)).recovery.unrecordedLosses == [range])
        try again.append(.gap) { $1.append(1) }
        try again.commit()
        let recorded = try Self.open(disk, RingModel.settings(segmentCount: 2))
        recorded.noteRecorded(segmentNumber: range.segmentNumber)
        try Self.rollTwice(recorded)
        #expect(!(try Self.open(disk, RingModel.settings(segmentCount: 2))).recovery.unrecordedLosses.contains(range))
    }

    private static func rollTwice(_ log: Log) throws {
        for _ in 0..<4 { _ = try RingLogTests.append(log, "a", byteCount: 5000) }
        try log.commit()
    }

    /// Two tries of one commit give up a segment each, the second in vain too, and the power goes.
    @Test func theHeaderNamesWhatEarlierTriesGaveUp() throws {
        let disk = SimulatedDisk(seed: 1)
        let log = try Log(opening: disk, settings: RingModel.settings(segmentCount: 4))
        try log.addDestination("hub")
        for _ in 0..<4 {
            for _ in 0..<2 { _ = try RingLogTests.append(log, "a", byteCount: 5000) }
            try log.commit()
        }
        _ = try RingLogTests.append(log, "b", byteCount: 5000)
        // Header written and synchronised, then the records fail; the same again in the next segment, but not its cursor.
        disk.faults[disk.operationCount + 2] = .fails(errorNumber: EIO)
        var taken: [RecordNumber] = []
        try log.commit { taken += log.takeOverwritten().map(\.last) }
        #expect(taken == [2, 4])
        disk.cutPower()
        let again = try Self.open(disk, RingModel.settings(segmentCount: 4))
        #expect(again.recovery.unrecordedLosses.map(\.last) == [4, 2])
    }

    /// A header under a checksum that holds, from anybody but a ring.
    @Test func aHeaderThatBeginsBehindALaterSegmentIsDamaged() throws {
        let disk = try Self.disk()
        var bytes = try #require(disk.bytes(of: Self.file(1)))
        for offset in [0, 2048] {
            bytes[offset + 63] = 0x30
            bytes.store(bytes[offset..<offset + 508].withUnsafeBytes { Checksum.crc32c($0) }, at: offset + 508)
        }
        disk.place(Self.file(1), bytes)
        let log = try Self.open(disk)
        #expect(log.recovery.ignored == [.init(fileName: Self.file(1), reason: .damagedHeader)])
        #expect(try Self.numbers(log) == Array(4...9))
    }

    @Test func theRingMayGrowAndShrinkBetweenStarts() throws {
        let disk = try Self.disk()
        let larger = try Self.open(disk, RingModel.settings(segmentCount: 6))
        for _ in 0..<9 {
            _ = try RingLogTests.append(larger, "n", byteCount: 3000)
            try larger.commit()
        }
        #expect(try Self.numbers(larger) == Array(1...18))
        let smaller = try Self.open(disk, RingModel.settings(segmentCount: 2))
        try smaller.addDestination("hub")
        #expect(smaller.takeOverwritten().map(\.last) == [3, 6, 9, 12])
        try smaller.commit()
        #expect(try Self.numbers(smaller) == Array(13...18))
        #expect(disk.byteCount <= 2 * (16 << 10) + 16 << 10)
        // Another segment size: old files are read as they are and replaced when their lap comes.
        let coarser = try Log(
            opening: disk,
            settings: RingSettings(
                byteCount: 96 << 10, segmentByteCount: 32 << 10, recordByteLimit: 6000, policy: .overwriteOldest,
                machineID: RingID(high: 7, low: 7), newRingID: RingID(high: 1, low: 1)))
        #expect(try Self.numbers(coarser) == Array(13...18))
        for _ in 0..<40 {
            _ = try RingLogTests.append(coarser, "n", byteCount: 3000)
            try coarser.commit()
            #expect(disk.byteCount <= 112 << 10)
        }
        #expect(disk.image.filter { $0.key.hasPrefix("segment-") }.values.allSatisfy { $0.count == 32 << 10 })
    }

    @Test func unknownKindsAndFilesAreKept() throws {
        let disk = try Self.disk()
        disk.place("README", Array("not ours".utf8))
        let log = try Self.open(disk)
        let number = try log.append(RecordKind(rawValue: 200)) { $1.append(9) }
        try log.commit()
        var kinds: [RecordKind] = []
        try Self.open(disk).read(from: number) { header, _ in
            kinds.append(header.kind)
            return true
        }
        #expect(kinds == [RecordKind(rawValue: 200)] && disk.bytes(of: "README") == Array("not ours".utf8))
    }

    @Test func whatAKilledProcessLeftIsMadeDurable() throws {
        let disk = SimulatedDisk(seed: 1)
        let log = try Log(opening: disk, settings: RingModel.settings())
        _ = try RingLogTests.append(log, "a")
        try log.commit()
        // The write succeeds, the process is killed before the synchronisation.
        _ = try RingLogTests.append(log, "b")
        disk.faults[disk.operationCount + 1] = .fails(errorNumber: 5)
        disk.byteLimit = disk.byteCount
        for name in ["segment-00000000"] { #expect(disk.bytes(of: name) != nil) }
        #expect(throws: RingError.self) { try log.commit() }
        disk.byteLimit = .max
        let again = try Self.open(disk)
        #expect(again.lastDurableRecord == 2)
        for seed in 0..<8 {
            _ = seed
            disk.cutPower()
            #expect(try RingLogTests.texts(Self.open(disk)) == ["1:a", "2:b"])
        }
    }
}
