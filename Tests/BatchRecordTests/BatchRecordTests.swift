import BatchRecord
import MetricModel
import SimulatedSystem
import Testing

/// Encodes into arrays, as a log of one segment would keep them.
struct RecordedBytes {
    var records: [(kind: EncodedRecord, bytes: [UInt8])] = []
    var byteOffset = 4096
    var segmentNumber: UInt64 = 1

    mutating func add(_ batch: SampleBatch, by encoder: inout BatchRecordEncoder, recordByteLimit: Int = 256 << 10) {
        let place = RecordPlace(
            segmentNumber: segmentNumber, recordNumber: UInt64(records.count + 1), byteOffset: byteOffset,
            recordByteLimit: recordByteLimit)
        var made: [(EncodedRecord, [UInt8])] = []
        encoder.encode(batch, at: place) { made.append(($0, Array($1))) }
        encoder.confirm()
        records += made.map { (kind: $0.0, bytes: $0.1) }
        byteOffset += made.reduce(0) { $0 + $1.1.count + 24 }
        byteOffset = (byteOffset + 4095) / 4096 * 4096
    }

    func dictionary(without lost: Set<Int> = []) throws -> SegmentDictionary {
        var dictionary = SegmentDictionary()
        for (index, record) in records.enumerated() where !lost.contains(index) {
            if case .dictionary = record.kind { try record.bytes.withUnsafeBytes { try dictionary.add($0) } }
        }
        return dictionary
    }

    /// Every sample, decoded each record by itself.
    func decoded(with dictionary: SegmentDictionary) throws -> (samples: [DecodedSample], undeclared: Int) {
        var samples: [DecodedSample] = []
        var undeclared = 0
        for record in records {
            guard case .samples = record.kind else { continue }
            undeclared += try record.bytes.withUnsafeBytes {
                try BatchRecordDecoder().decode($0, with: dictionary) { entry in
                    samples.append(
                        DecodedSample(
                            labels: entry.declaration.labels, unixMilliseconds: entry.unixMilliseconds,
                            bits: entry.value.bitPattern))
                }.undeclaredCount
            }
        }
        return (samples, undeclared)
    }
}

struct DecodedSample: Hashable {
    var labels: Labels
    var unixMilliseconds: Int64
    var bits: UInt64

    init(labels: Labels, unixMilliseconds: Int64, bits: UInt64) {
        self.labels = labels
        self.unixMilliseconds = unixMilliseconds
        self.bits = bits
    }

    init(_ sample: Sample) {
        self.init(
            labels: sample.series.fullLabels(), unixMilliseconds: sample.unixMilliseconds,
            bits: sample.value.bitPattern)
    }
}

@Suite struct BatchRecordTests {
    static let clock = ClockReading(
        bootID: BootID(high: 0x0102_0304_0506_0708, low: 9), bootNanoseconds: 77, unixMilliseconds: 1_700_000_000_000,
        isSynchronised: true)

    static func series(_ count: Int, labels: [String] = ["device"]) -> [Series] {
        let scope = SeriesScope(["instance": "gw", "job": "test"])
        let family = MetricFamily("test_value_ratio", .gauge, help: "What is tested.", unit: "ratio", labels: labels)
        return (0..<count).map { index in
            Series(family: family, scope: scope, labelValues: labels.map { "\($0)-\(index)" })
        }
    }

    static func batch(_ values: [Double], series: [Series], times: [Int64]? = nil) -> SampleBatch {
        var batch = SampleBatch(clock: clock, limit: 1_000_000)
        for (index, value) in values.enumerated() {
            batch.append(
                Sample(
                    series[index], unixMilliseconds: times?[index] ?? clock.unixMilliseconds, value: value))
        }
        return batch
    }

    /// Every shape of double: bit patterns must come back, not values.
    @Test func everyDoubleComesBack() throws {
        var random = SeededRandom(seed: 11)
        var values: [Double] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, StaleMarker.value, Double(bitPattern: 0x7ff8_dead_beef_0001),
            .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 0.3, 1e15, 1e16, 9_007_199_254_740_991,
            9_007_199_254_740_992, 9_007_199_254_740_994, 1e22, 1e23, 123.456, 5.4762e-05, 1.5e-15, 255, 256, 65_535,
            65_536,
        ]
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: values.append(Double(bitPattern: random.next()))
            case 1: values.append(Double(Int64.random(in: -1 << 54...1 << 54, using: &random)))
            case 2: values.append(Double(Int.random(in: 0...1 << 40, using: &random)) / 1000)
            default: values.append(values[Int.random(in: 0..<values.count, using: &random)])
            }
        }
        var encoder = BatchRecordEncoder()
        var written = RecordedBytes()
        let batch = Self.batch(values, series: Self.series(values.count))
        written.add(batch, by: &encoder)
        let (decoded, undeclared) = try written.decoded(with: written.dictionary())
        #expect(undeclared == 0)
        #expect(decoded == batch.samples.map(DecodedSample.init))
    }

    @Test func timesAndSeriesInAnyOrderComeBack() throws {
        var random = SeededRandom(seed: 5)
        let series = Self.series(300, labels: ["device", "axis", "leer"])
        var encoder = BatchRecordEncoder(sampleLimitPerRecord: 37)
        var written = RecordedBytes()
        var expected: [DecodedSample] = []
        for _ in 0..<20 {
            var batch = SampleBatch(clock: Self.clock, limit: 1000)
            for _ in 0..<Int.random(in: 0..<200, using: &random) {
                let time = random.oneIn(3) ? Int64.random(in: .min ... .max, using: &random) : 5
                let picked = series[Int.random(in: 0..<series.count, using: &random)]
                batch.append(Sample(picked, unixMilliseconds: time, value: Double(time)))
            }
            written.add(batch, by: &encoder, recordByteLimit: 4000)
            expected += batch.samples.map(DecodedSample.init)
        }
        #expect(written.records.allSatisfy { $0.bytes.count <= 4000 })
        #expect(try written.decoded(with: written.dictionary()).samples == expected)
    }

    @Test func batchEndIsOnTheLastRecordOnly() {
        var encoder = BatchRecordEncoder(sampleLimitPerRecord: 10)
        var written = RecordedBytes()
        written.add(Self.batch([Double](repeating: 1, count: 25), series: Self.series(25)), by: &encoder)
        let samples = written.records.map(\.kind).filter { $0 != .dictionary(isRepeated: false) }
        #expect(
            samples == [.samples(isBatchEnd: false), .samples(isBatchEnd: false), .samples(isBatchEnd: true)])
    }

    /// Whatever single record is lost, only what it held itself is missing, once declarations are repeated.
    @Test func losingAnyOneRecordCostsThatRecord() throws {
        var encoder = BatchRecordEncoder()
        var written = RecordedBytes()
        let series = Self.series(1500)
        for round in 0..<40 {
            // New series appear as time goes on.
            let count = 1000 + min(round, 10) * 50
            let values = (0..<count).map { Double($0 * round) }
            written.add(Self.batch(values, series: series), by: &encoder)
        }
        let repeated = written.records.filter { $0.kind == .dictionary(isRepeated: true) }.count
        let declared = written.records.filter { $0.kind == .dictionary(isRepeated: false) }.count
        #expect(repeated == declared && declared > 10)
        for (index, record) in written.records.enumerated() {
            guard case .dictionary = record.kind else { continue }
            #expect(try written.decoded(with: written.dictionary(without: [index])).undeclared == 0)
        }
    }

    @Test func unconfirmedDeclarationsAreMadeAgain() throws {
        var encoder = BatchRecordEncoder()
        let series = Self.series(10)
        var written = RecordedBytes()
        written.add(Self.batch([1, 2], series: series), by: &encoder)
        // An append that fails leaves no trace, whichever series it had taken up.
        let place = RecordPlace(segmentNumber: 1, recordNumber: 3, byteOffset: 8192, recordByteLimit: 10_000)
        encoder.encode(Self.batch([1, 2, 3], series: Array(series[5...])), at: place) { _, _ in }
        let batch = Self.batch([7, 8, 9, 10], series: series)
        written.add(batch, by: &encoder)
        // A new segment starts a new dictionary.
        var next = RecordedBytes(segmentNumber: 2)
        next.add(batch, by: &encoder)
        #expect(
            try written.decoded(with: written.dictionary()).samples.suffix(4)
                == batch.samples.map(DecodedSample.init)[...])
        #expect(try next.decoded(with: next.dictionary()).samples == batch.samples.map(DecodedSample.init))
    }

    @Test func whatDoesNotFitIsRefusedAndCounted() {
        var encoder = BatchRecordEncoder(seriesLimit: 3)
        var written = RecordedBytes()
        written.add(Self.batch([1, 2, 3, 4, 5], series: Self.series(5)), by: &encoder)
        #expect(encoder.refusedSampleCount == 2)
        var long = BatchRecordEncoder()
        let scope = SeriesScope(.empty)
        let family = MetricFamily("x", .gauge, help: String(repeating: "long ", count: 2000))
        var batch = SampleBatch(clock: Self.clock, limit: 1)
        batch.append(Sample(Series(family: family, scope: scope, labelValues: []), unixMilliseconds: 0, value: 1))
        var kinds: [EncodedRecord] = []
        let place = RecordPlace(segmentNumber: 1, recordNumber: 1, byteOffset: 4096, recordByteLimit: 4096)
        long.encode(batch, at: place) { kind, _ in kinds.append(kind) }
        #expect(kinds.isEmpty && long.refusedSampleCount == 1)
    }

    @Test func summarySaysWhatTheRecordHolds() throws {
        var encoder = BatchRecordEncoder()
        var written = RecordedBytes()
        written.add(Self.batch([1, 2, 3], series: Self.series(3), times: [50, 10, 90]), by: &encoder)
        let record = try #require(written.records.last)
        let summary = try record.bytes.withUnsafeBytes { try BatchRecordDecoder().summary(of: $0) }
        #expect(summary.clock == Self.clock && summary.sampleCount == 3)
        #expect(summary.firstUnixMilliseconds == 10 && summary.lastUnixMilliseconds == 90)
        let indexes = try record.bytes.withUnsafeBytes { try BatchRecordDecoder().seriesIndexes(of: $0) }
        #expect(indexes == [0..<3])
    }

    @Test func decodersAreSafeOnAnyBytes() throws {
        var random = SeededRandom(seed: 3)
        var encoder = BatchRecordEncoder()
        var written = RecordedBytes()
        written.add(
            Self.batch([1, 2.5, .nan, 1e9, 7, 7], series: Self.series(6), times: [1, 1, 2, 2, 3, 3]), by: &encoder)
        let dictionary = try written.dictionary()
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = written.records.randomElement(using: &random)?.bytes ?? []
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if random.oneIn(3) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            var small = SegmentDictionary(seriesLimit: 1000)
            bytes.withUnsafeBytes { buffer in
                do throws(BatchRecordError) { try small.add(buffer) } catch { refused += 1 }
                do throws(BatchRecordError) {
                    try BatchRecordDecoder(sampleLimit: 1000).decode(buffer, with: dictionary) { _ in }
                } catch { refused += 1 }
            }
            #expect(small.seriesCount <= 1000)
        }
        #expect(refused > 10_000)
    }

    @Test(.enabled(if: RecordedData.existingPath != nil, "../shared/data is not beside this checkout"))
    func recordedDataComesBackAndIsSmall() throws {
        let data = try #require(RecordedData())
        #expect(data.series.count == 514)
        var encoder = BatchRecordEncoder()
        var written = RecordedBytes()
        var expected: [DecodedSample] = []
        // Every fifteenth scrape at its true time: the harder case.
        for index in stride(from: 0, to: data.unixMilliseconds.count, by: 15) {
            let batch = data.batch(index)
            written.add(batch, by: &encoder)
            expected += batch.samples.map(DecodedSample.init)
        }
        #expect(try written.decoded(with: written.dictionary()).samples == expected)
        var sampleBytes = 0
        var dictionaryBytes = 0
        for record in written.records {
            if case .samples = record.kind {
                sampleBytes += record.bytes.count
            } else {
                dictionaryBytes += record.bytes.count
            }
        }
        let perSample = Double(sampleBytes + dictionaryBytes) / Double(expected.count)
        print(
            "recorded node data, 15 s: \(expected.count) samples, \(Double(sampleBytes) / Double(expected.count)) bytes "
                + "each alone, \(perSample) with the dictionary of \(dictionaryBytes) bytes for \(data.series.count) series, "
                + "\(Double(written.byteOffset - 4096) / Double(expected.count)) in the file")
        #expect(perSample <= 3.5)
    }
}
