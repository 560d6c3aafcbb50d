import BatchRecord
import MetricModel
import Testing

/// Golden vectors: these bytes are on flash in the field. Change them only with the version.
@Suite struct PlainRecordTests {
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(UInt16($0) + 256, radix: 16).dropFirst() }.joined()
    }

    static func decode<Record>(
        _ bytes: [UInt8], _ make: (UnsafeRawBufferPointer) throws(BatchRecordError) -> Record
    ) throws -> Record {
        try bytes.withUnsafeBytes { try make($0) }
    }

    @Test func gap() throws {
        let record = GapRecord(
            reason: .overwritten, sampleCount: 300, seriesCount: 5, firstUnixMilliseconds: 1_700_000_000_000,
            lastUnixMilliseconds: -1, firstRecord: 9, lastRecord: 0x0102_0304_0506_0708)
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        #expect(
            Self.hex(bytes)
                == "0101ac02050068e5cf8b010000ffffffffffffffff09000000000000000807060504030201")
        #expect(try Self.decode(bytes) { buffer throws(BatchRecordError) in try GapRecord(decoding: buffer) } == record)
    }

    @Test func timeCorrection() throws {
        let record = TimeCorrectionRecord(
            bootID: BootID(high: 1, low: 2), firstRecord: 3, lastRecord: 4, offsetMilliseconds: -5, isUncertain: true)
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        #expect(
            Self.hex(bytes)
                == "0101" + "0100000000000000" + "0200000000000000" + "0300000000000000" + "0400000000000000"
                + "fbffffffffffffff")
        let decoded = try Self.decode(bytes) { buffer throws(BatchRecordError) in
            try TimeCorrectionRecord(decoding: buffer)
        }
        #expect(decoded == record)
    }

    @Test func state() throws {
        let record = StateRecord(owner: "wear", lastAppliedRecord: 258, payload: [1, 2, 3])
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        #expect(Self.hex(bytes) == "0104" + "77656172" + "0201000000000000" + "010203")
        #expect(
            try Self.decode(bytes) { buffer throws(BatchRecordError) in try StateRecord(decoding: buffer) } == record)
    }

    @Test func everyTruncationIsAnError() {
        var bytes: [UInt8] = []
        GapRecord(
            reason: .damaged, sampleCount: 1, seriesCount: 1, firstUnixMilliseconds: 1, lastUnixMilliseconds: 1,
            firstRecord: 1, lastRecord: 1
        ).encode(into: &bytes)
        for count in bytes.indices {
            #expect(throws: BatchRecordError.self) {
                try Self.decode(Array(bytes[..<count])) { buffer throws(BatchRecordError) in
                    try GapRecord(decoding: buffer)
                }
            }
        }
    }

    @Test func aLaterVersionIsNamed() {
        let error = #expect(throws: BatchRecordError.self) {
            try Self.decode([9, 1, 65]) { buffer throws(BatchRecordError) in try StateRecord(decoding: buffer) }
        }
        #expect(error == .unknownVersion(9))
    }

    /// A batch of three samples: its dictionary record and its samples record.
    @Test func batch() {
        let scope = SeriesScope(["job": "node"])
        let family = MetricFamily("m_total", .counter, help: "H.", unit: "s", labels: ["cpu"])
        let series = ["10", "11", "2"].map { Series(family: family, scope: scope, labelValues: [$0]) }
        var batch = SampleBatch(
            clock: ClockReading(
                bootID: BootID(high: 1, low: 2), bootNanoseconds: 3, unixMilliseconds: 1000, isSynchronised: true),
            limit: 9)
        batch.append(Sample(series[0], unixMilliseconds: 1000, value: 300))
        batch.append(Sample(series[1], unixMilliseconds: 1000, value: 1.25))
        batch.append(Sample(series[2], unixMilliseconds: 1001, value: -1))
        var encoder = BatchRecordEncoder()
        var records: [String] = []
        let place = RecordPlace(segmentNumber: 1, recordNumber: 200, byteOffset: 4096, recordByteLimit: 9999)
        encoder.encode(batch, at: place) { records.append(Self.hex(Array($1))) }
        #expect(
            records == [
                "01" + "c801" + "01" + "09" + "036a6f62" + "046e6f6465" + "01" + "076d5f746f74616c" + "01" + "0173"
                    + "02482e" + "01" + "03637075" + "00" + "03" + "0000" + "043130" + "0000" + "030131" + "0000"
                    + "0232",
                "01" + "00" + "c801" + "0100000000000000" + "0200000000000000" + "0300000000000000"
                    + "e803000000000000" + "01" + "03" + "0002" + "0201" + "0003" + "e30f" + "2c01" + "027d"
                    + "000000000000f0bf",
            ])
    }
}
