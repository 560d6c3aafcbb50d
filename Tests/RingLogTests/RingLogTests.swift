import SimulatedSystem
import Testing

@testable import RingLog

/// What the log does while nothing is wrong.
@Suite struct RingLogTests {
    static func make(
        segmentCount: Int = 4, policy: RingPolicy = .overwriteOldest
    ) throws -> RingLog<SimulatedDisk> {
        try RingLog(
            opening: SimulatedDisk(seed: 1), settings: RingModel.settings(segmentCount: segmentCount, policy: policy))
    }

    static func append(
        _ log: RingLog<SimulatedDisk>, _ text: String, _ kind: RecordKind = .samples, byteCount: Int = 0
    ) throws(RingError) -> RecordNumber {
        try log.append(kind) { _, bytes in
            bytes.append(contentsOf: text.utf8)
            bytes.append(contentsOf: repeatElement(32, count: max(0, byteCount - text.utf8.count)))
        }
    }

    static func texts(
        _ log: RingLog<SimulatedDisk>, from: RecordNumber = 1, byteLimit: Int = .max, uncommitted: Bool = false
    ) throws -> [String] {
        var texts: [String] = []
        try log.read(from: from, byteLimit: byteLimit, includingUncommitted: uncommitted) { header, bytes in
            texts.append("\(header.number):\(String(decoding: bytes, as: UTF8.self))")
            return true
        }
        return texts
    }

    @Test func numbersRiseAndOnlyDurableRecordsAreRead() throws {
        let log = try Self.make()
        #expect(log.recovery.isNewRing && log.lastRecord == 0 && log.oldestRecord == 1)
        #expect(try Self.append(log, "a") == 1)
        try log.commit()
        #expect(try Self.append(log, "b") == 2)
        #expect(log.lastDurableRecord == 1 && log.lastRecord == 2 && log.uncommittedByteCount == 32)
        #expect(try Self.texts(log) == ["1:a"])
        #expect(try Self.texts(log, uncommitted: true) == ["1:a", "2:b"])
        try log.commit()
        #expect(try Self.texts(log, from: 2) == ["2:b"])
        let next = try log.read(from: 1, byteLimit: 1) { _, _ in true }
        #expect(next == 2)
        let afterAll = try log.read(from: 2) { _, _ in false }
        #expect(afterAll == 3)
    }

    @Test func noPageWithCommittedBytesIsWrittenAgain() throws {
        let log = try Self.make()
        var before: [UInt8] = []
        for round in 0..<3 {
            _ = try Self.append(log, "round \(round)")
            try log.commit()
            let bytes = try #require(log.disk.bytes(of: "segment-00000000"))
            let end = 4096 * (1 + round)
            #expect(round == 0 || bytes[..<end] == before[..<end])
            before = bytes
            #expect(bytes[end] != 0 && bytes[(end + 4096)...].allSatisfy { $0 == 0 })
        }
    }

    /// A group that does not fit rolls the segment, is encoded again for it, and stays together.
    @Test func groupsAreEncodedAgainForTheNextSegment() throws {
        let log = try Self.make()
        _ = try Self.append(log, "x", byteCount: 6000)
        var contexts: [SegmentContext] = []
        let numbers = try log.appendGroup { context, group in
            contexts.append(context)
            group.add(.dictionary, [UInt8](repeating: 1, count: 4000))
            group.add(.samples, flags: .batchEnd, [UInt8](repeating: 2, count: 4000))
        }
        #expect(contexts.map(\.segmentNumber) == [1, 2] && contexts.map(\.byteOffset) == [4096 + 6024, 4096])
        #expect(numbers == 2..<4)
        try log.commit()
        #expect(log.segmentNumber(of: 1) == 1 && log.segmentNumber(of: 2) == 2 && log.segmentNumber(of: 3) == 2)
    }

    @Test func limitsRefuseAndCount() throws {
        let log = try Self.make()
        let tooLarge = #expect(throws: RingError.self) { try Self.append(log, "x", byteCount: 6001) }
        #expect(tooLarge == .recordTooLarge(byteCount: 6001, byteLimit: 6000))
        let group = #expect(throws: RingError.self) {
            try log.appendGroup { _, group in
                for _ in 0..<3 { group.add(.samples, [UInt8](repeating: 0, count: 5000)) }
            }
        }
        #expect(group == .groupTooLarge(byteCount: 3 * 5024, byteLimit: 12288))
        #expect(log.statistics.refusedRecordCount == 4 && log.lastRecord == 0)
        while log.uncommittedByteCount < 64 << 10 { if (try? Self.append(log, "x", byteCount: 6000)) == nil { break } }
        #expect(throws: RingError.self) { try Self.append(log, "y", byteCount: 6000) }
        try log.commit()
        #expect(log.lastDurableRecord == log.lastRecord && log.lastRecord >= 6)
    }

    @Test func overwrittenRecordsAreReportedWhileTheyCanBeRead() throws {
        let log = try Self.make(segmentCount: 2)
        try log.addDestination("hub")
        for index in 0..<4 {
            _ = try Self.append(log, "r\(index)", byteCount: 5000)
            if index % 2 == 1 { try log.commit() }
        }
        log.acknowledge("hub", through: 1)
        #expect(log.takeOverwritten().isEmpty)
        _ = try Self.append(log, "new", byteCount: 5000)
        let ranges = log.takeOverwritten()
        #expect(ranges.count == 1 && log.takeOverwritten().isEmpty)
        let range = try #require(ranges.first)
        #expect(range.first == 1 && range.last == 2 && range.firstUnacknowledged == 2 && range.isReadable)
        var lost: [RecordNumber] = []
        try log.read(from: range.first, through: range.last) { header, _ in
            lost.append(header.number)
            return true
        }
        #expect(lost == [1, 2])
        try log.commit()
        #expect(log.oldestRecord == 3)
        #expect(log.statistics.overwrittenRecordCount == 2 && log.statistics.overwrittenUnacknowledgedRecordCount == 1)
        #expect(log.fill.oldestUnacknowledgedRecord == 2)
        #expect(log.disk.byteCount <= 2 * (16 << 10) + 16 << 10)
    }

    @Test func refusesUntilEveryoneHasAcknowledged() throws {
        let log = try Self.make(segmentCount: 2, policy: .refuse)
        try log.addDestination("store")
        try log.addDestination("relay")
        for _ in 0..<4 { _ = try Self.append(log, "x", byteCount: 5000) }
        try log.commit()
        let full = #expect(throws: RingError.self) { try Self.append(log, "x", byteCount: 5000) }
        #expect(full == .full(byteCount: 32 << 10))
        log.acknowledge("store", through: 4)
        log.acknowledge("relay", through: 1)
        #expect(throws: RingError.self) { try Self.append(log, "x", byteCount: 5000) }
        log.acknowledge("relay", through: 2)
        #expect(try Self.append(log, "x", byteCount: 5000) == 5)
        try log.commit()
        #expect(log.oldestRecord == 3 && log.statistics.overwrittenUnacknowledgedRecordCount == 0)
    }

    /// A full disk under a ring that refuses is no full ring: it is told apart, and goes by itself once it is tried again.
    @Test func aFullDiskUnderARingThatRefusesIsNotAFullRing() throws {
        let log = try Self.make(segmentCount: 4, policy: .refuse)
        try log.addDestination("store")
        for _ in 0..<2 { _ = try Self.append(log, "x", byteCount: 5000) }
        try log.commit()
        log.disk.byteLimit = log.disk.byteCount
        #expect(throws: RingError.self) { _ = try log.prepareStep() }
        var refusal: RingError?
        for _ in 0..<4 where refusal == nil {
            do throws(RingError) {
                _ = try Self.append(log, "x", byteCount: 5000)
                try log.commit()
            } catch { refusal = error }
        }
        #expect(refusal == .noUsableSegment(failedCount: 0))
        log.disk.byteLimit = .max
        log.reconsiderFailedSegments()
        _ = try Self.append(log, "x", byteCount: 5000)
        try log.commit()
        #expect(log.lastDurableRecord == log.lastRecord && log.lastRecord >= 3)
    }

    @Test func cursorsSurviveAndNeverMoveBack() throws {
        let log = try Self.make()
        for index in 0..<9 { _ = try Self.append(log, "\(index)") }
        try log.commit()
        try log.addDestination("hub")
        try log.addDestination("late", next: 6)
        log.acknowledge("hub", through: 4)
        log.acknowledge("hub", through: 3)
        log.acknowledgeAhead("late", 8...8)
        log.acknowledgeAhead("late", 9...9)
        try log.writeCursor()
        let again = try RingLog(opening: log.disk, settings: log.settings)
        #expect(again.destinations == ["hub", "late"] && again.cursor(of: "hub") == 4 && again.cursor(of: "late") == 5)
        #expect(again.stretchAhead(of: "late") == 8...9 && !again.recovery.isCursorLost)
        again.acknowledge("late", through: 7)
        #expect(again.cursor(of: "late") == 9 && again.stretchAhead(of: "late") == nil)
        again.removeDestination("late")
        try again.writeCursor()
        #expect(try RingLog(opening: log.disk, settings: log.settings).destinations == ["hub"])
    }

    @Test func preparesFilesInSteps() throws {
        let log = try Self.make(segmentCount: 3)
        _ = try Self.append(log, "x")
        var steps = 0
        while try log.prepareStep(byteLimit: 4096) { steps += 1 }
        #expect(steps == 11 && log.fill.segmentCount == 3 && log.fill.segmentLimit == 3)
        try log.commit()
        #expect(log.fill.segmentCount == 3)
    }

    @Test func dictionaryOfASegment() throws {
        let log = try Self.make()
        for index in 0..<6 {
            _ = try Self.append(log, "d\(index)", .dictionary)
            _ = try Self.append(log, "s\(index)", .samples, byteCount: 3000)
            try log.commit()
        }
        _ = try Self.append(log, "uncommitted", .dictionary)
        var found: [RecordNumber] = []
        let segment = try #require(log.segmentNumber(of: 1))
        try log.readDictionary(ofSegment: segment, through: 3) { header, _ in found.append(header.number) }
        #expect(found == [1, 3])
        found = []
        let newest = try #require(log.segmentNumber(of: log.lastRecord))
        try log.readDictionary(ofSegment: newest) { header, _ in found.append(header.number) }
        #expect(found.last == 13)
    }

    /// Many small reads walk each segment once, whatever order the readers come in.
    @Test func readsGoOnWhereTheyStopped() throws {
        let log = try Self.make()
        for index in 0..<30 {
            _ = try Self.append(log, "\(index)", byteCount: 1000)
            try log.commit()
        }
        var next = log.oldestRecord
        var seen: [RecordNumber] = []
        while next <= log.lastDurableRecord {
            next = try log.read(from: next, byteLimit: 1500) { header, _ in
                seen.append(header.number)
                return true
            }
            _ = try log.read(from: log.oldestRecord, byteLimit: 3000) { _, _ in true }
        }
        #expect(seen == Array(log.oldestRecord...log.lastDurableRecord))
    }
}
