import BatchRecord
import MetricModel
import SimulatedSystem
import TestValues
import Testing

@Suite struct DictionaryTests {
    /// One segment of node-like batches, long enough for everything to be declared twice.
    private static func longShelf(seed: UInt64 = 5) -> RecordShelf {
        var maker = BatchMaker(seed: seed)
        var shelf = RecordShelf()
        for round in 0..<60 {
            shelf.append(maker.batch(count: round < 45 ? 200 : 0, annotation: 9000))
            shelf.commit()
        }
        return shelf
    }

    @Test func everyDeclarationIsWrittenTwiceAndFarApart() throws {
        let shelf = Self.longShelf()
        #expect(shelf.segment == 1)
        var places: [Labels: [Int]] = [:]
        for record in shelf.stored where !record.isSamples {
            var alone = SegmentDictionary()
            try record.bytes.withUnsafeBytes { try alone.add($0) }
            // What a record declares shows in the samples that it alone can name.
            var seen: Set<Labels> = []
            for samples in shelf.stored where samples.isSamples {
                for sample in try RecordShelf.decode(samples.bytes, with: alone).samples { seen.insert(sample.labels) }
            }
            #expect(alone.seriesCount > 0)
            for labels in seen { places[labels, default: []].append(record.offset) }
        }
        #expect(Set(places.keys) == Set(shelf.expected.map(\.labels)))
        // One label set may be several series here, so there may be more than two.
        #expect(places.values.allSatisfy { $0.count >= 2 })
        let firsts = shelf.stored.filter { $0.kind == .dictionary(isRepeated: false) }
        let repeats = shelf.stored.filter { $0.kind == .dictionary(isRepeated: true) }
        #expect(firsts.count > 20 && repeats.count == firsts.count)
        for (first, repeated) in zip(firsts, repeats) {
            #expect(first.bytes == repeated.bytes)
            #expect(repeated.offset - (first.offset + first.bytes.count) >= BatchRecordEncoder.repetitionDistance)
        }
    }

    /// Version, identity, one scope of three bytes with one label, no families, no series.
    @Test func aLabelHasAName() throws {
        func add(_ label: [UInt8]) throws {
            var dictionary = SegmentDictionary()
            let bytes: [UInt8] = [1, 1, 1, UInt8(label.count)] + label + [0, 0, 0]
            try bytes.withUnsafeBytes { try dictionary.add($0) }
        }
        try add([1, 0x6e, 1, 0x76])
        #expect(throws: BatchRecordError.self) { try add([0, 1, 0x76]) }
    }

    @Test func aDamagedDictionaryRecordCostsNothing() throws {
        let shelf = Self.longShelf()
        for index in shelf.stored.indices where !shelf.stored[index].isSamples {
            var damaged = shelf
            damaged.damage(index)
            #expect(try damaged.decode() == shelf.expected, "without record \(index)")
        }
    }

    @Test func aSamplesRecordNeedsNoOther() throws {
        var shelf = Self.longShelf()
        let whole = try shelf.decode()
        var expected: ArraySlice<PlainSample> = whole[...]
        // From the first on, each is decoded while all others are missing.
        for index in shelf.stored.indices where shelf.stored[index].isSamples {
            let samples = try RecordShelf.decode(shelf.stored[index].bytes, with: shelf.dictionary(1)).samples
            #expect(samples == Array(expected.prefix(samples.count)))
            expected = expected.dropFirst(samples.count)
        }
        #expect(expected.isEmpty)
        let count = try RecordShelf.summary(shelf.stored[1].bytes).sampleCount
        shelf.damage(1)
        #expect(try shelf.decode() == Array(whole.dropFirst(count)))
    }

    @Test func aFailedAppendLeavesNoTrace() throws {
        let series = BatchFixture.series(50)
        var shelf = RecordShelf()
        var other = RecordShelf()
        shelf.append(BatchFixture.batch(series[..<10]))
        other.append(BatchFixture.batch(series[..<10]))
        // Encoded twice and never kept, with series that come again and series that do not.
        _ = shelf.encode(BatchFixture.batch(series[5..<30]))
        _ = shelf.encode(BatchFixture.batch(series[40...]))
        shelf.append(BatchFixture.batch(series[20..<45]))
        other.append(BatchFixture.batch(series[20..<45]))
        #expect(shelf.stored.map(\.bytes) == other.stored.map(\.bytes))
        #expect(try shelf.decode() == shelf.expected)
    }

    @Test func aFailedRollLeavesNoTrace() throws {
        let series = BatchFixture.series(600, prefix: String(repeating: "x", count: 40))
        var shelf = RecordShelf(segmentByteCount: 16 << 10, recordByteLimit: 8 << 10)
        shelf.append(BatchFixture.batch(series[..<100]))
        // More than any segment holds: tried in this one and in the next.
        let isKept = shelf.append(
            BatchFixture.batch(BatchFixture.series(3000, prefix: "a") + series) { Double($0) / 7 })
        #expect(!isKept)
        #expect(shelf.segment == 2)
        for index in 0..<20 {
            let isKept = shelf.append(BatchFixture.batch(series[(index * 3)..<(index * 3 + 80)]))
            #expect(isKept)
        }
        #expect(try shelf.decode() == shelf.expected)
    }

    /// After a restart in the middle of a segment a second dictionary begins there.
    @Test func severalDictionariesLiveInOneSegment() throws {
        let series = BatchFixture.series(20)
        var shelf = RecordShelf()
        var random = SeededRandom(seed: 77)
        for round in 0..<5 {
            shelf.encoder = BatchRecordEncoder()
            shelf.append(BatchFixture.batch(series.shuffled(using: &random)) { Double($0 * round) })
        }
        #expect(try shelf.decode() == shelf.expected)
        #expect(shelf.dictionary(1).seriesCount == 100)
    }

    @Test func theSeriesLimitRefusesAndCounts() throws {
        let series = BatchFixture.series(30)
        var shelf = RecordShelf(encoder: BatchRecordEncoder(seriesLimit: 20))
        shelf.append(BatchFixture.batch(series))
        #expect(try shelf.decode() == Array(shelf.expected[..<20]))
        #expect(shelf.encoder.refusedSampleCount == 10)
        // What was not kept is not counted, and the next segment has room again.
        _ = shelf.encode(BatchFixture.batch(series))
        #expect(shelf.encoder.refusedSampleCount == 10)
        shelf.roll()
        shelf.append(BatchFixture.batch(series[10...]))
        #expect(shelf.encoder.refusedSampleCount == 10)
        #expect(try shelf.decode().count == 40)
    }

    @Test func refusalsOfARolledBatchCountOnce() {
        let long = BatchFixture.series(1, prefix: String(repeating: "y", count: 9000))
        let series = BatchFixture.series(200, prefix: String(repeating: "x", count: 20))
        var shelf = RecordShelf(segmentByteCount: 16 << 10, recordByteLimit: 8 << 10)
        for index in 0..<200 {
            let start = index % 40 * 4
            shelf.append(BatchFixture.batch(series[start..<start + 40] + long))
        }
        #expect(shelf.segment > 1)
        #expect(shelf.encoder.refusedSampleCount == 200)
    }

    @Test func labelsThatFitIntoNoRecordAreRefused() throws {
        let fitting = BatchFixture.series(3)
        let long = BatchFixture.series(1, prefix: String(repeating: "y", count: 5000))
        let many = Series(
            family: MetricFamily("n", .gauge, help: "", labels: (0..<300).map { "l\($0)" }),
            scope: SeriesScope(.empty), labelValues: (0..<300).map { "v\($0)" })
        var shelf = RecordShelf(recordByteLimit: 5000)
        shelf.append(BatchFixture.batch([fitting[0]] + long + [fitting[1], many, fitting[2]]))
        #expect(try shelf.decode() == [0, 2, 4].map { shelf.expected[$0] })
        #expect(shelf.encoder.refusedSampleCount == 2)
        // A batch of nothing else still stores its annotation.
        var batch = BatchFixture.batch(long)
        let none = shelf.encode(batch)
        #expect(none.isEmpty)
        batch.annotation = [7, 8]
        let records = shelf.encode(batch)
        #expect(records.map(\.kind) == [.samples(isBatchEnd: true)])
        let summary = try RecordShelf.summary(records[0].bytes)
        #expect(summary.sampleCount == 0 && Array(records[0].bytes[summary.annotation]) == [7, 8])
    }

    @Test func theReadersLimitsHold() throws {
        var shelf = RecordShelf()
        shelf.append(BatchFixture.batch(BatchFixture.series(100)))
        let bytes = shelf.stored[0].bytes
        func error(_ dictionary: SegmentDictionary) -> BatchRecordError? {
            var dictionary = dictionary
            do {
                try bytes.withUnsafeBytes { try dictionary.add($0) }
                return nil
            } catch {
                #expect(dictionary.seriesCount == 0 && dictionary.labelByteCount == 0)
                return error as? BatchRecordError
            }
        }
        #expect(error(SegmentDictionary(seriesLimit: 100)) == nil)
        #expect(error(SegmentDictionary(seriesLimit: 99)) == .limit(what: "series", count: 100, limit: 99))
        let byteCount = shelf.dictionary(1).labelByteCount
        #expect(byteCount == Set(shelf.expected.map(\.labels)).reduce(0) { $0 + $1.packed.count })
        #expect(error(SegmentDictionary(labelByteLimit: byteCount + 10 * 100)) == nil)
        #expect(error(SegmentDictionary(labelByteLimit: byteCount / 2)) != nil)
        // A repetition takes nothing more.
        var twice = SegmentDictionary(seriesLimit: 100)
        try bytes.withUnsafeBytes { raw in
            try twice.add(raw)
            try twice.add(raw)
        }
        #expect(twice.seriesCount == 100 && twice.labelByteCount == byteCount)
        twice.removeAll()
        #expect(twice.seriesCount == 0 && twice.labelByteCount == 0)
    }
}
