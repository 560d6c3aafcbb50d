import SimulatedSystem
import Testing

@testable import RingLog

/// Each row of the tables in DESIGN.md, "Refuge".
@Suite struct RefugeTests {
    private typealias Rig = RefugeRig

    @Test func whatWasKeptIsTakenOverAndWaitsForACommit() throws {
        let rig = try Rig.killed()
        let (flash, memory) = (rig.disk.image, rig.refuge.image)
        let log = try rig.open()
        #expect(log.recovery.unsyncedRecords == 2...3 && log.recovery.recordCount == 3)
        #expect(log.lastRecord == 3 && log.lastDurableRecord == 1)
        #expect(try Rig.texts(log) == ["1:a", "2:b", "3:c"])
        #expect(try RingLogTests.texts(log).count == 1)
        #expect(rig.disk.image == flash && rig.refuge.image == memory)
        #expect(log.segmentNumber(of: 3) == 1)
        try log.commit()
        let later = try rig.open()
        #expect(later.recovery.unsyncedRecords == nil && later.lastDurableRecord == 3)
        #expect(try Rig.texts(later) == ["1:a", "2:b", "3:c"])
        // It went where it would have gone.
        #expect(later.segments.count == 1 && later.segments[0].endOffset == 3 * 4096)
    }

    @Test func ownersSeeTheRecordsAsOpeningComesBy() throws {
        let rig = try Rig.killed()
        var seen: [RecordNumber] = []
        _ = try RefugeRig.Log(opening: rig.disk, refuge: rig.refuge, settings: RingModel.settings()) { header, _ in
            seen.append(header.number)
        }
        #expect(seen == [1, 2, 3])
    }

    @Test func flashIsNotTouchedBeforeTheCommit() throws {
        let rig = Rig()
        let log = try rig.open()
        try rig.append(log, "a")
        let operations = rig.disk.operationCount
        for _ in 0..<5 { try rig.append(log, "b") }
        #expect(rig.disk.operationCount == operations)
        #expect(rig.file.count == RefugeHeader.byteCount + 5 * Rig.recordByteCount)
        try log.commit()
        try rig.append(log, "c")
        #expect(rig.file.count == RefugeHeader.byteCount + Rig.recordByteCount, "a new stretch begins the file anew")
    }

    @Test func aPowerCutCostsWhatWasNotCommitted() throws {
        let rig = try Rig.killed()
        rig.cutPower()
        let log = try rig.open()
        #expect(log.recovery.unsyncedRecords == nil && log.lastRecord == 1)
    }

    @Test func aShorterFileCostsWhatIsBehindItsEnd() throws {
        let rig = try Rig.killed()
        let whole = rig.file
        for count in 0..<whole.count {
            rig.place(Array(whole[..<count]))
            let kept = max(0, count - RefugeHeader.byteCount) / Rig.recordByteCount
            #expect(try rig.open().lastRecord == RecordNumber(1 + kept), "\(count) bytes")
        }
    }

    @Test func anyFlippedBitCostsWhatIsBehindIt() throws {
        let rig = try Rig.killed()
        let whole = rig.file
        // The last bytes of a record only align the next one, and the header's bytes 10 to 15 and 72 to 75 are covered too.
        let padding = Rig.recordByteCount - RingFormat.recordHeaderByteCount - 500
        for byte in whole.indices {
            var damaged = whole
            damaged[byte] ^= 1 << UInt8(byte % 8)
            rig.place(damaged)
            let log = try rig.open()
            let place = byte - RefugeHeader.byteCount
            if place >= 0, place % Rig.recordByteCount >= Rig.recordByteCount - padding {
                #expect(log.lastRecord == 3)
            } else {
                #expect(log.lastRecord == RecordNumber(place < 0 ? 1 : 1 + place / Rig.recordByteCount), "byte \(byte)")
            }
            #expect(try Rig.texts(log) == Array(["1:a", "2:b", "3:c"].prefix(Int(log.lastRecord))))
        }
    }

    /// A header that a whole checksum makes believed, over records of the same numbers that are another ring's,
    /// another segment's, or not those that it names.
    @Test func recordsOfAnotherPlaceAreNotTaken() throws {
        let rig = try Rig.killed()
        let whole = rig.file
        let header = try #require(RefugeHeader(whole))
        func framed(ring: RingID, segment: UInt64, from first: RecordNumber) -> [UInt8] {
            var bytes = header.bytes()
            for number in first..<first + 2 {
                [1, 2, 3].withUnsafeBytes {
                    RecordFrame.append(
                        $0, kind: .samples, flags: [], number: number,
                        key: SegmentKey(ringID: ring, segmentNumber: segment), to: &bytes)
                }
            }
            return bytes
        }
        rig.place(framed(ring: header.ringID, segment: 1, from: 2))
        #expect(try rig.open().recovery.unsyncedRecords == 2...3, "these are ours")
        rig.place(framed(ring: RingID(high: 9, low: 9), segment: 1, from: 2))
        #expect(try rig.open().recovery.unsyncedRecords == nil)
        rig.place(framed(ring: header.ringID, segment: 1 << 32 | 1, from: 2))
        #expect(try rig.open().recovery.unsyncedRecords == nil)
        rig.place(framed(ring: header.ringID, segment: 1, from: 3))
        #expect(try rig.open().recovery.unsyncedRecords == nil)
    }

    @Test func aHeaderOfSomebodyElseIsIgnored() throws {
        let rig = try Rig.killed()
        let whole = rig.file
        let ours = try #require(RefugeHeader(whole))
        var others = [ours, ours, ours, ours]
        others[0].ringID = RingID(high: 9, low: 9)
        others[1].machineID = RingID(high: 9, low: 9)
        others[2].segmentNumber = 2
        others[3].durableEnd = 4096
        for other in others {
            rig.place(other.bytes() + whole[RefugeHeader.byteCount...])
            #expect(try rig.open().recovery.unsyncedRecords == nil, "\(other)")
        }
        // The ring on another machine, or begun anew, is another one.
        rig.place(whole)
        #expect(try rig.open(RingModel.settings(machine: 8, newRing: 5)).lastRecord == 0)
    }

    @Test func whatWasCommittedSinceIsIgnored() throws {
        let rig = try Rig.killed()
        let old = rig.file
        let log = try rig.open()
        try log.commit()
        for text in ["d", "e"] {
            try rig.append(log, text)
            try log.commit()
        }
        rig.place(old)
        let later = try rig.open()
        #expect(later.recovery.unsyncedRecords == nil && later.lastRecord == 5)
    }

    /// A process that ran without the refuge gave the same numbers to other records, in the same place.
    @Test func recordsOfAnotherHistoryAreIgnored() throws {
        let rig = try Rig.killed()
        let without = try rig.open(withRefuge: false)
        #expect(without.lastRecord == 1)
        try rig.append(without, "x")
        let later = try rig.open()
        #expect(try Rig.texts(later) == ["1:a", "2:x"], "record 3 would need what record 2 was")
    }

    /// Nor are they where that process had to go on in the next segment, which begins with the same number then.
    @Test func recordsOfAnotherHistoryAreIgnoredBesideALaterSegment() throws {
        let rig = try Rig.killed()
        var segment = try #require(rig.disk.bytes(of: "segment-00000000"))
        segment.replaceSubrange(8192..<8192 + 100, with: rig.file[RefugeHeader.byteCount...].prefix(100))
        rig.disk.place("segment-00000000", segment)
        let without = try rig.open(withRefuge: false)
        try rig.append(without, "x")
        #expect(without.segmentNumber(of: 2) == 2)
        #expect(try Rig.texts(rig.open()) == ["1:a", "2:x"])
    }

    /// Killed in the middle of a commit: a part of the bytes is in the segment's file already.
    @Test func aCommitThatWasKilledIsFinished() throws {
        for byteCount in stride(from: 0, through: 2 * Rig.recordByteCount, by: 8) {
            let rig = try Rig.killed()
            var segment = try #require(rig.disk.bytes(of: "segment-00000000"))
            let records = rig.file[RefugeHeader.byteCount...]
            segment.replaceSubrange(8192..<8192 + byteCount, with: records.prefix(byteCount))
            rig.disk.place("segment-00000000", segment)
            let log = try rig.open()
            #expect(try Rig.texts(log) == ["1:a", "2:b", "3:c"], "\(byteCount) bytes")
            #expect(log.lastDurableRecord == RecordNumber(1 + byteCount / Rig.recordByteCount))
            try rig.append(log, "d")
            #expect(try Rig.texts(rig.open()) == ["1:a", "2:b", "3:c", "4:d"], "\(byteCount) bytes")
            try log.commit()
            #expect(try Rig.texts(rig.open(withRefuge: false)) == ["1:a", "2:b", "3:c", "4:d"], "\(byteCount) bytes")
        }
    }

    /// What must move takes its declarations along, and a second kill at any moment of that costs nothing either.
    @Test func aTornEndMovesToTheNextSegment() throws {
        for operation in 0..<12 {
            let rig = Rig()
            var log = try rig.open(RingModel.settings())
            try rig.append(log, "names", .dictionary)
            try log.commit()
            for text in ["b", "c"] { try rig.append(log, text) }
            var segment = try #require(rig.disk.bytes(of: "segment-00000000"))
            let records = rig.file[RefugeHeader.byteCount...]
            segment.replaceSubrange(8192..<8192 + 600, with: records.prefix(600))
            rig.disk.place("segment-00000000", segment)
            log = try rig.open()
            #expect(log.isCommitDue && log.lastRecord == 3)
            rig.disk.faults[rig.disk.operationCount + operation] = .cutsPower
            let isWhole = (try? log.commit()) != nil
            rig.disk.faults = [:]
            rig.disk.restart()
            let later = try rig.open()
            #expect(try Rig.texts(later) == ["1:names", "2:b", "3:c"], "killed before operation \(operation)")
            try later.commit()
            var carried: [RecordNumber] = []
            try later.readDictionary(ofSegment: later.segmentNumber(of: 3) ?? 0) { header, _ in
                carried.append(header.number)
            }
            #expect(carried == [1])
            #expect(try Rig.texts(rig.open(withRefuge: false)) == ["1:names", "2:b", "3:c"])
            if isWhole { return #expect(operation > 3) }
        }
        Issue.record("twelve operations are not enough")
    }

    @Test func segmentsOfAnotherSizeCostNothing() throws {
        let rig = try Rig.killed()
        let log = try rig.open(RingModel.settings(segmentCount: 6, segmentByteCount: 12 << 10))
        #expect(try Rig.texts(log) == ["1:a", "2:b", "3:c"])
        try rig.append(log, "d")
        #expect(try Rig.texts(rig.open()) == ["1:a", "2:b", "3:c", "4:d"])
    }

    /// What opening found must not be lost while the next stretch is begun.
    @Test func aSecondKillCostsNothing() throws {
        for operation in 0..<4 {
            let rig = try Rig.killed()
            let log = try rig.open()
            rig.refuge.faults[rig.refuge.operationCount + operation] = .cutsPower
            _ = try RingLogTests.append(log, "d", byteCount: 500)
            let isKept = log.writeThrough()
            rig.refuge.faults = [:]
            rig.disk.restart()
            let found = try Rig.texts(rig.open())
            #expect(Array(found.prefix(3)) == ["1:a", "2:b", "3:c"], "killed before operation \(operation)")
            #expect(found.count == 4 || !isKept)
        }
    }

    @Test(arguments: [28, 30] as [Int32]) func whereItTakesNothingTheSegmentDoes(_ errorNumber: Int32) throws {
        let rig = try Rig.killed()
        let log = try rig.open()
        rig.refuge.permanentErrorNumber = errorNumber
        let operations = rig.disk.operationCount
        for text in ["d", "e"] { try rig.append(log, text) }
        #expect(rig.disk.operationCount == operations + 2 && log.refugeFailureCount == 1)
        #expect(try Rig.texts(rig.open()) == ["1:a", "2:b", "3:c", "4:d", "5:e"])
        // The next commit gives it another chance.
        rig.refuge.permanentErrorNumber = nil
        try log.commit()
        try rig.append(log, "f")
        #expect(rig.file.count == RefugeHeader.byteCount + Rig.recordByteCount)
    }

    @Test func aWriteThatFailsHalfwayCostsNothing() throws {
        for operation in 0..<5 {
            let rig = try Rig.killed()
            let log = try rig.open()
            rig.refuge.faults[rig.refuge.operationCount + operation] = .failsHalfway(errorNumber: 28)
            for text in ["d", "e", "f"] { try rig.append(log, text) }
            let expected = ["1:a", "2:b", "3:c", "4:d", "5:e", "6:f"]
            #expect(try Rig.texts(rig.open()) == expected, "operation \(operation)")
            try log.commit()
            #expect(try Rig.texts(rig.open(withRefuge: false)) == expected, "operation \(operation)")
        }
    }

    @Test func aRefugeThatIsFullIsDoneWithout() throws {
        let rig = Rig()
        rig.refuge.byteLimit = 1500
        let log = try rig.open()
        for text in ["a", "b", "c", "d", "e"] { try rig.append(log, text) }
        #expect(log.refugeFailureCount > 0)
        #expect(try Rig.texts(rig.open()) == ["1:a", "2:b", "3:c", "4:d", "5:e"])
    }

    @Test func anOrderlyEndLeavesNothingBehind() throws {
        let rig = try Rig.killed()
        let log = try rig.open()
        log.emptyRefuge()
        #expect(!rig.file.isEmpty, "not while it is needed")
        try log.commit()
        log.emptyRefuge()
        #expect(rig.refuge.image.isEmpty)
    }
}
