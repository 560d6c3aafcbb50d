import SimulatedSystem
import TestValues
import Testing

@testable import RingLog

/// The bytes of the format by themselves; the golden checksums were computed by an independent bitwise CRC.
///
/// The golden ones are on flash in the field: change them with the version only.
@Suite struct FormatTests {
    static let ringID = RingID(high: 0x1111_2222_3333_4444, low: 0x5555_6666_7777_8888)

    static let header: SegmentHeader = {
        var header = SegmentHeader(
            ringID: ringID, machineID: RingID(high: 3, low: 4), segmentNumber: 5, firstRecord: 6,
            segmentByteCount: 65536, slot: 7)
        header.replaced.add(ReplacedRange(segmentNumber: 1, first: 2, last: 3, firstUnacknowledged: 2))
        return header
    }()

    /// RFC 3720, B.4, and the usual check value.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa), ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            ((0..<32).map { UInt8($0) }, 0x46dd_794e), (Array("123456789".utf8), 0xe306_9283),
        ] as [([UInt8], UInt32)]) func checksumVectors(_ bytes: [UInt8], _ expected: UInt32)
    {
        #expect(bytes.withUnsafeBytes { Checksum.crc32c($0) } == expected)
        #expect(bytes.withUnsafeBytes { Checksum.tableCRC32C($0) } == expected)
    }

    @Test func checksumFormsAreEqual() {
        var random = SeededRandom(seed: 1)
        let bytes = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }
        for _ in 0..<2000 {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = Int.random(in: start...min(start + 300, bytes.count), using: &random)
            let before = UInt32(truncatingIfNeeded: random.next())
            bytes[start..<end].withUnsafeBytes { part in
                let table = Checksum.tableCRC32C(part, after: before)
                #expect(Checksum.crc32c(part, after: before) == table)
                // Nil on a processor without an instruction for it, where there is nothing to compare.
                if let hardware = Checksum.hardwareCRC32C(part, after: before) { #expect(hardware == table) }
            }
        }
    }

    @Test func goldenSegmentHeader() {
        let page = Self.header.page()
        #expect(page.count == 4096)
        #expect(
            Hexadecimal.text(page[..<104])
                == "57595352494e4731" + "0100" + "0000" + "00100000" + "4444333322221111" + "8888777766665555"
                + "0300000000000000"
                + "0400000000000000" + "0500000000000000" + "0600000000000000" + "00000100" + "07000000"
                + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0200000000000000")
        #expect(page[104..<508].allSatisfy { $0 == 0 })
        #expect(Hexadecimal.text(page[508..<512]) == "dd2320de")
        #expect(page[..<512] == page[2048..<2560])
        #expect(page.withUnsafeBytes(SegmentHeader.read) == .header(Self.header))
    }

    @Test func everyBitOfOneHeaderCopyMayFlip() {
        for bit in 0..<512 * 8 {
            var page = Self.header.page()
            page[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(page.withUnsafeBytes(SegmentHeader.read) == .header(Self.header))
        }
    }

    @Test func headersThatDoNotCount() {
        var page = [UInt8](repeating: 0, count: 4096)
        #expect(page.withUnsafeBytes(SegmentHeader.read) == .empty)
        page[100] = 1
        #expect(page.withUnsafeBytes(SegmentHeader.read) == .damaged)
        page = Self.header.page()
        for offset in [0, 2048] {
            page[offset + 8] = 2
            let checksum = page[offset..<offset + 508].withUnsafeBytes { Checksum.crc32c($0) }
            page.store(checksum, at: offset + 508)
        }
        #expect(page.withUnsafeBytes(SegmentHeader.read) == .unknownVersion(2))
    }

    /// A torn replacement leaves one copy old and one new: the new segment has begun.
    @Test func ofTwoWholeCopiesTheLaterCounts() {
        var newer = Self.header
        newer.segmentNumber = 9
        var page = Self.header.page()
        page.replaceSubrange(2048..<2560, with: newer.page()[2048..<2560])
        #expect(page.withUnsafeBytes(SegmentHeader.read) == .header(newer))
    }

    @Test func goldenRecord() throws {
        var bytes: [UInt8] = []
        let key = SegmentKey(ringID: Self.ringID, segmentNumber: 5)
        Array("hello".utf8).withUnsafeBytes {
            RecordFrame.append($0, kind: .samples, flags: .batchEnd, number: 42, key: key, to: &bytes)
        }
        #expect(
            Hexadecimal.text(bytes)
                == "7a29bfda" + "05000000" + "2a00000000000000" + "05000000" + "01" + "01" + "0000" + "68656c6c6f000000"
        )
        let frame = try #require(bytes.withUnsafeBytes { RecordFrame(at: 0, in: $0, key: key) })
        #expect(bytes.withUnsafeBytes { frame.isValid(at: 0, in: $0, key: key) })
        #expect(frame.header(inSegment: 5).byteCount == 5 && frame.flags == .batchEnd && frame.number == 42)
    }

    /// Ring, segment, number, kind, flags, length and every byte are under the checksum.
    @Test func aRecordIsBoundToItsPlace() throws {
        var bytes: [UInt8] = []
        let key = SegmentKey(ringID: Self.ringID, segmentNumber: 5)
        Array("hello".utf8).withUnsafeBytes {
            RecordFrame.append($0, kind: .samples, flags: [], number: 42, key: key, to: &bytes)
        }
        for bit in 0..<(24 + 5) * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let isAccepted = damaged.withUnsafeBytes { buffer in
                guard let frame = RecordFrame(at: 0, in: buffer, key: key), frame.payloadByteCount <= 8 else {
                    return false
                }
                return frame.isValid(at: 0, in: buffer, key: key)
            }
            #expect(!isAccepted, "bit \(bit)")
        }
        let lap = SegmentKey(ringID: Self.ringID, segmentNumber: 5 + 1 << 32)
        let other = SegmentKey(ringID: RingID(high: 0, low: 0), segmentNumber: 5)
        for key in [lap, other] {
            let frame = try #require(bytes.withUnsafeBytes { RecordFrame(at: 0, in: $0, key: key) })
            #expect(!bytes.withUnsafeBytes { frame.isValid(at: 0, in: $0, key: key) })
        }
    }

    @Test func goldenCursorPage() throws {
        let page = CursorPage(
            ringID: Self.ringID, generation: 3,
            places: ["hub": .init(through: 7), "b": .init(through: 1, aheadFirst: 4, aheadLast: 5)])
        let bytes = page.page()
        #expect(
            Hexadecimal.text(bytes[..<94])
                == "5757595343535231" + "0100" + "0200" + "00000000" + "4444333322221111" + "8888777766665555"
                + "0300000000000000" + "0162" + "0100000000000000" + "0400000000000000" + "0500000000000000"
                + "03687562"
                + "0700000000000000" + "0000000000000000" + "0000000000000000")
        #expect(bytes.withUnsafeBytes(CursorPage.init) == page)
        var damaged = bytes
        damaged[60] ^= 1
        #expect(damaged.withUnsafeBytes(CursorPage.init) == nil)
        // Numbers that can only be made up, under a checksum that is right.
        for place in [CursorPage.Place(through: .max), .init(through: 1, aheadFirst: 2, aheadLast: .max)] {
            let made = CursorPage(ringID: Self.ringID, generation: 3, places: ["hub": place])
            #expect(made.page().withUnsafeBytes(CursorPage.init) == nil)
        }
        let reversed = CursorPage.Place(through: 1, aheadFirst: 9, aheadLast: 8)
        let long = String(repeating: "n", count: RingFormat.destinationNameByteLimit + 1)
        for places in [["hub": reversed], ["": .init(through: 1)], [long: .init(through: 1)]] {
            let made = CursorPage(ringID: Self.ringID, generation: 3, places: places)
            #expect(made.page().withUnsafeBytes(CursorPage.init) == nil)
        }
        let last = CursorPage(ringID: Self.ringID, generation: .max, places: [:])
        #expect(last.page().withUnsafeBytes(CursorPage.init) == nil)
    }
}
