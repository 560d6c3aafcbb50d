import BatchRecord
import MetricModel
import TestValues
import Testing

/// The formats byte for byte (DESIGN.md has the same examples' layout): what is on devices' flash must stay readable.
@Suite struct GoldenTests {
    static let gap = GapRecord(
        reason: .overwritten, sampleCount: 300, seriesCount: 5, firstUnixMilliseconds: 1_795_203_419_717,
        lastUnixMilliseconds: -1, firstRecord: 7, lastRecord: 0x0102_0304_0506_0708)
    static let state = StateRecord(owner: "wear", lastAppliedRecord: 258, payload: [0xca, 0xfe])
    static let correction = TimeCorrectionRecord(
        bootID: BootID(high: 0x0123_4567_89ab_cdef, low: 2), firstRecord: 3, lastRecord: 4, bootUnixMilliseconds: -2,
        isUncertain: true)

    /// Two families, two scopes, every class of value, two times, a step back in the series numbers, an annotation.
    static func batch() -> SampleBatch {
        let cpu = MetricFamily("cpu", .counter, help: "H.", unit: "s", labels: ["cpu", "mode"])
        let up = MetricFamily("up", .gauge, help: "")
        let scope = SeriesScope(["job": "j"])
        let series = [
            Series(family: cpu, scope: scope, labelValues: ["0", "idle"]),
            Series(family: cpu, scope: scope, labelValues: ["0", "iowait"]),
            Series(family: up, scope: SeriesScope(.empty), labelValues: []),
        ]
        var batch = SampleBatch(clock: BatchFixture.clock, limit: 20)
        for index in 0..<3 { batch.append(Sample(series[index], unixMilliseconds: 1_795_203_419_717, value: 5)) }
        let values = [0, 258, 1.25, 3.75, 2.5, -1.25, 0.001, -0.0, .infinity, StaleMarker.value]
        for value in values { batch.append(Sample(series[1], unixMilliseconds: 1_795_203_419_000, value: value)) }
        batch.annotation = [0xab, 0xcd]
        return batch
    }

    static let dictionaryHex =
        "01 ac02 02 06 036a6f62016a 00 02 03637075 01 0173 02482e 02 03637075 046d6f6465"
        + " 027570 02 00 00 00 00 03 00 00 02 30 08 69646c65 00 00 01 01 0b 01 6f77616974 01 01"
    static let samplesHex =
        "01 00 ac02 efcdab8967452301 1032547698badcfe 07ca9a3b00000000 454e76faa1010000 03 0d 02 abcd"
        + " 00 03 990b 0a 00 03 03 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01"
        + " 02 10 e3 ea ee fe 0f 05 0201 02 7d 7701 01 19 82 7d 03 01 80 00 000000000000f07f 020000000000f07f"

    /// The dictionary and the samples record of `batch()`, record 300 being the first.
    static func encoded() -> [[UInt8]] {
        var encoder = BatchRecordEncoder()
        var records: [[UInt8]] = []
        let place = RecordPlace(segmentNumber: 9, recordNumber: 300, byteOffset: 4096, recordByteLimit: 1 << 18)
        encoder.encode(batch(), at: place) { records.append(Array($1)) }
        return records
    }

    @Test func gapRecord() throws {
        let golden = Hexadecimal.bytes(
            "01 01 ac02 05 454e76faa1010000 ffffffffffffffff 0700000000000000 0807060504030201")
        var bytes: [UInt8] = []
        Self.gap.encode(into: &bytes)
        #expect(Hexadecimal.text(bytes) == Hexadecimal.text(golden))
        #expect(try golden.withUnsafeBytes { try GapRecord(decoding: $0) } == Self.gap)
        // A later version's additions are passed over, its reasons kept.
        var later = golden + [1, 2, 3]
        later[1] = 200
        #expect(try later.withUnsafeBytes { try GapRecord(decoding: $0) }.reason.rawValue == 200)
    }

    @Test func stateRecord() throws {
        let golden = Hexadecimal.bytes("01 04 77656172 0201000000000000 cafe")
        var bytes: [UInt8] = []
        Self.state.encode(into: &bytes)
        #expect(Hexadecimal.text(bytes) == Hexadecimal.text(golden))
        #expect(try golden.withUnsafeBytes { try StateRecord(decoding: $0) } == Self.state)
        // Names that are no text or empty are damage.
        for bad in ["01 01 ff 0201000000000000", "01 00 0201000000000000"] {
            #expect(throws: BatchRecordError.self) {
                try Hexadecimal.bytes(bad).withUnsafeBytes { try StateRecord(decoding: $0) }
            }
        }
    }

    @Test func timeCorrectionRecord() throws {
        let golden = Hexadecimal.bytes(
            "01 01 efcdab8967452301 0200000000000000 0300000000000000 0400000000000000 feffffffffffffff")
        var bytes: [UInt8] = []
        Self.correction.encode(into: &bytes)
        #expect(Hexadecimal.text(bytes) == Hexadecimal.text(golden))
        #expect(try golden.withUnsafeBytes { try TimeCorrectionRecord(decoding: $0) } == Self.correction)
        #expect(try (golden + [9]).withUnsafeBytes { try TimeCorrectionRecord(decoding: $0) } == Self.correction)
    }

    @Test func dictionaryAndSamplesRecords() throws {
        let records = Self.encoded()
        #expect(records.count == 2)
        #expect(Hexadecimal.text(records[0]) == Hexadecimal.text(Hexadecimal.bytes(Self.dictionaryHex)))
        #expect(Hexadecimal.text(records[1]) == Hexadecimal.text(Hexadecimal.bytes(Self.samplesHex)))
        var dictionary = SegmentDictionary()
        try Hexadecimal.bytes(Self.dictionaryHex).withUnsafeBytes { try dictionary.add($0) }
        let (samples, summary) = try RecordShelf.decode(Hexadecimal.bytes(Self.samplesHex), with: dictionary)
        #expect(samples == Self.batch().samples.map(PlainSample.init))
        #expect(summary.clock == BatchFixture.clock && summary.dictionaryID == 300)
    }

    @Test func laterVersionsAreNamed() {
        var samples = Hexadecimal.bytes(Self.samplesHex)
        samples[1] = 1
        #expect(throws: BatchRecordError.unknownValueKind(1)) { try RecordShelf.summary(samples) }
        samples[0] = 2
        #expect(throws: BatchRecordError.unknownVersion(2)) { try RecordShelf.summary(samples) }
        let two: [UInt8] = [2, 0, 0, 0]
        #expect(throws: BatchRecordError.unknownVersion(2)) {
            var dictionary = SegmentDictionary()
            try two.withUnsafeBytes { try dictionary.add($0) }
        }
        #expect(throws: BatchRecordError.unknownVersion(2)) { try two.withUnsafeBytes { try GapRecord(decoding: $0) } }
        #expect(throws: BatchRecordError.unknownVersion(2)) {
            try two.withUnsafeBytes { try StateRecord(decoding: $0) }
        }
        #expect(throws: BatchRecordError.unknownVersion(2)) {
            try two.withUnsafeBytes { try TimeCorrectionRecord(decoding: $0) }
        }
    }
}
