import BatchRecord
import MetricModel
import SimulatedSystem
import TestValues
import Testing

@Suite struct RoundTripTests {
    @Test func randomBatchesComeBackToTheBit() throws {
        for seed in UInt64(1)...40 {
            var maker = BatchMaker(seed: seed)
            var random = SeededRandom(seed: seed &+ 1000)
            var shelf = RecordShelf(
                encoder: BatchRecordEncoder(sampleLimitPerRecord: Int.random(in: 1..<400, using: &random)),
                segmentByteCount: 64 << 10, recordByteLimit: Int.random(in: 4096..<32_000, using: &random))
            for _ in 0..<30 {
                let batch = maker.batch(
                    count: Int.random(in: 0..<500, using: &random),
                    annotation: random.oneIn(2) ? 0 : Int.random(in: 0..<2000, using: &random))
                let isKept = shelf.append(batch)
                #expect(isKept, "seed \(seed)")
                if random.oneIn(3) { shelf.commit() }
            }
            #expect(shelf.segment > 1, "seed \(seed) has one segment only")
            #expect(shelf.stored.allSatisfy { $0.bytes.count <= shelf.recordByteLimit }, "seed \(seed)")
            let decoded = try shelf.decode()
            #expect(decoded == shelf.expected, "seed \(seed)")
        }
    }

    /// Each value alone and after each other, so that no class leans on the one before.
    @Test func everyPairOfValuesComesBack() throws {
        let values: [Double] = [
            0, -0.0, 1, -1, 0.1, -0.1, 0.3, 0.1 + 0.2, 255, 256, 65_535, 65_536, 9_007_199_254_740_991,
            9_007_199_254_740_992, 9_007_199_254_740_994, 1e15, 1e16, 1e300, 1e-15, 1.5e-15, 1e-16, 123.456, 123.4,
            -123.456, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity,
            .nan,
            StaleMarker.value, Double(bitPattern: 0xffff_ffff_ffff_ffff), 1_795_203_419.717, 4.3826e-05,
            0.999999999999999,
        ]
        let family = MetricFamily("m", .gauge, help: "")
        let series = Series(family: family, scope: SeriesScope(.empty), labelValues: [])
        for first in values {
            for second in values {
                var batch = SampleBatch(clock: BatchFixture.clock, limit: 3)
                for value in [first, second, first] {
                    batch.append(Sample(series, unixMilliseconds: 5, value: value))
                }
                var shelf = RecordShelf()
                shelf.append(batch)
                #expect(try shelf.decode() == shelf.expected, "\(first), \(second)")
            }
        }
    }

    @Test func extremeTimesComeBack() throws {
        let series = Series(family: MetricFamily("m", .gauge, help: ""), scope: SeriesScope(.empty), labelValues: [])
        var batch = SampleBatch(clock: BatchFixture.clock, limit: 10)
        for time in [Int64.min, .max, 0, .min, -1, .max, .max, 1] {
            batch.append(Sample(series, unixMilliseconds: time, value: 1))
        }
        var shelf = RecordShelf()
        shelf.append(batch)
        #expect(try shelf.decode() == shelf.expected)
        let summary = try RecordShelf.summary(shelf.stored[1].bytes)
        #expect(summary.firstUnixMilliseconds == .min && summary.lastUnixMilliseconds == .max)
    }

    @Test func aRecordKeepsItsClock() throws {
        for isSynchronised in [false, true] {
            let clock = ClockReading(
                bootID: BootID(high: .max, low: 1), bootNanoseconds: -5, unixMilliseconds: .min,
                isSynchronised: isSynchronised)
            var batch = SampleBatch(clock: clock, limit: 1)
            batch.annotation = [1]
            var shelf = RecordShelf()
            shelf.append(batch)
            let summary = try RecordShelf.summary(shelf.stored[0].bytes)
            #expect(summary.clock == clock)
            #expect(summary.firstUnixMilliseconds == .min && summary.lastUnixMilliseconds == .min)
        }
    }

    @Test func anEmptyBatchGivesNoRecord() {
        var shelf = RecordShelf()
        shelf.append(SampleBatch(clock: BatchFixture.clock, limit: 1))
        #expect(shelf.stored.isEmpty)
    }

    @Test(arguments: [0, 1, 50, 1000]) func theAnnotationIsInTheLastRecordOnly(_ sampleCount: Int) throws {
        var shelf = RecordShelf(encoder: BatchRecordEncoder(sampleLimitPerRecord: 300), recordByteLimit: 6000)
        var maker = BatchMaker(seed: 3)
        let batch = maker.batch(count: sampleCount, annotation: 3000)
        shelf.append(batch)
        let records = shelf.stored.filter(\.isSamples)
        #expect(sampleCount < 1000 || records.count > 3)
        for (position, record) in records.enumerated() {
            let summary = try RecordShelf.summary(record.bytes)
            let isLast = position == records.count - 1
            #expect(record.kind == .samples(isBatchEnd: isLast))
            #expect(Array(record.bytes[summary.annotation]) == (isLast ? batch.annotation : []))
            #expect(record.bytes.count <= 6000)
        }
        #expect(try shelf.decode() == shelf.expected)
    }

    @Test func theSummaryAgreesWithTheSamples() throws {
        var maker = BatchMaker(seed: 11)
        var shelf = RecordShelf(encoder: BatchRecordEncoder(sampleLimitPerRecord: 70))
        for _ in 0..<30 { shelf.append(maker.batch(count: 200, annotation: 5)) }
        let dictionary = shelf.dictionary(1)
        for record in shelf.stored where record.isSamples {
            let (samples, whole) = try RecordShelf.decode(record.bytes, with: dictionary)
            let summary = try RecordShelf.summary(record.bytes)
            #expect(summary == whole)
            #expect(summary.sampleCount == samples.count)
            #expect(summary.firstUnixMilliseconds == samples.map(\.unixMilliseconds).min())
            #expect(summary.lastUnixMilliseconds == samples.map(\.unixMilliseconds).max())
            // Without a dictionary nothing is visited and everything is counted.
            let (none, without) = try RecordShelf.decode(record.bytes, with: SegmentDictionary())
            #expect(none.isEmpty && without.undeclaredCount == samples.count)
            try record.bytes.withUnsafeBytes { bytes in
                #expect(try BatchRecordDecoder().undeclaredCount(of: bytes, with: dictionary) == 0)
                let count = try BatchRecordDecoder().undeclaredCount(of: bytes, with: SegmentDictionary())
                #expect(count == samples.count)
            }
        }
    }

    /// Negative readings are as common on devices as positive ones and cost one byte more, not eight.
    @Test func shortDecimalsAreShortOfEitherSign() {
        let series = BatchFixture.series(1000)
        func size(_ sign: Double) -> Int {
            let batch = BatchFixture.batch(series) { sign * Double(($0 + 1) * 13 % 20_000) / 1000 }
            var shelf = RecordShelf()
            shelf.append(batch)
            return shelf.stored.last?.bytes.count ?? 0
        }
        #expect(size(1) < 3300)
        #expect(size(-1) < 4200)
    }
}
