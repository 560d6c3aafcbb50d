import BatchRecord
import MetricModel

/// A samples record with the dictionary record before it: what is decoded keeps the limits, the summary says the same,
/// and the samples come back from a record made of them.
struct SamplesRecordTarget: FuzzTarget {
    static let name = "samples-record"

    private static let seriesLimit = 5000
    private static let labelByteLimit = 200_000
    private static let sampleLimit = 20_000

    static func seeds() -> [[UInt8]] {
        (1...6).map { seed in
            var encoder = BatchRecordEncoder()
            let place = RecordPlace(segmentNumber: 1, recordNumber: 9, byteOffset: 4096, recordByteLimit: 60_000)
            var records: [UInt8] = []
            encoder.encode(SeedBatches.batch(seed: UInt64(seed), count: seed * 7), at: place) { _, bytes in
                records += InputCursor.piece(Array(bytes))
            }
            return records
        }
    }

    func run(_ bytes: [UInt8]) {
        var input = InputCursor(bytes)
        var dictionary = SegmentDictionary(seriesLimit: Self.seriesLimit, labelByteLimit: Self.labelByteLimit)
        var record: [UInt8] = []
        // All but the last piece are declarations.
        repeat {
            record = input.piece()
            guard !input.isAtEnd else { break }
            let before = (dictionary.seriesCount, dictionary.labelByteCount)
            let isTaken: Void? = attempt { () throws(BatchRecordError) in try Self.add(record, to: &dictionary) }
            hold(
                isTaken != nil || before == (dictionary.seriesCount, dictionary.labelByteCount),
                "a refused dictionary leaves nothing")
        } while true
        hold(dictionary.seriesCount <= Self.seriesLimit, "the limit of series")
        hold(dictionary.labelByteCount <= Self.labelByteLimit, "the limit of label bytes")
        check(record, dictionary)
    }

    private static func add(_ bytes: [UInt8], to dictionary: inout SegmentDictionary) throws(BatchRecordError) {
        let result: Result<Void, BatchRecordError> = bytes.withUnsafeBytes { raw in
            do throws(BatchRecordError) { return .success(try dictionary.add(raw)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private func check(_ record: [UInt8], _ dictionary: SegmentDictionary) {
        let decoder = BatchRecordDecoder(sampleLimit: Self.sampleLimit)
        var samples: [PlainSample] = []
        record.withUnsafeBytes { raw in
            let whole = attempt { () throws(BatchRecordError) in
                try decoder.decode(raw, with: dictionary) { samples.append(PlainSample($0)) }
            }
            let summary = attempt { () throws(BatchRecordError) in try decoder.summary(of: raw) }
            hold(samples.count <= min(Self.sampleLimit, record.count * 2), "a sample has half a byte at least")
            if let summary {
                hold(summary.annotation.upperBound <= record.count, "the annotation is in the record")
                hold(summary.firstUnixMilliseconds <= summary.lastUnixMilliseconds, "first and last time")
            }
            guard let whole else { return }
            let undeclared = attempt { () throws(BatchRecordError) in
                try decoder.undeclaredCount(of: raw, with: dictionary)
            }
            hold(undeclared == whole.undeclaredCount, "undeclared samples are counted as they are left out")
            hold(samples.count + whole.undeclaredCount == whole.sampleCount, "each sample is visited or counted")
            hold(
                summary?.clock == whole.clock && summary?.sampleCount == whole.sampleCount
                    && summary?.firstUnixMilliseconds == whole.firstUnixMilliseconds
                    && summary?.lastUnixMilliseconds == whole.lastUnixMilliseconds
                    && summary?.dictionaryID == whole.dictionaryID && summary?.annotation == whole.annotation,
                "the summary says what decoding does")
            checkAgain(samples, whole.clock, Array(record[whole.annotation]))
        }
    }

    /// Encodes the samples and decodes the records they make.
    private func checkAgain(_ samples: [PlainSample], _ clock: ClockReading, _ annotation: [UInt8]) {
        var batch = SampleBatch(clock: clock, limit: samples.count)
        batch.annotation = annotation
        var series: [Labels: Series] = [:]
        for sample in samples {
            let known = series[sample.labels] ?? PlainSample.series(sample.labels)
            series[sample.labels] = known
            batch.append(
                Sample(known, unixMilliseconds: sample.unixMilliseconds, value: Double(bitPattern: sample.bits)))
        }
        var encoder = BatchRecordEncoder(sampleLimitPerRecord: 100)
        let place = RecordPlace(segmentNumber: 3, recordNumber: 5, byteOffset: 4096, recordByteLimit: 256 << 10)
        guard annotation.count <= place.recordByteLimit / 2 else { return }
        var dictionary = SegmentDictionary()
        var found: [PlainSample] = []
        var lastAnnotation: [UInt8] = []
        encoder.encode(batch, at: place) { kind, bytes in
            hold(bytes.count <= place.recordByteLimit, "no record is longer than the limit")
            must("what was encoded decodes") { () throws(BatchRecordError) in
                if case .dictionary = kind { return try dictionary.add(bytes) }
                let summary = try BatchRecordDecoder().decode(bytes, with: dictionary) { found.append(PlainSample($0)) }
                hold(summary.undeclaredCount == 0, "what was encoded is declared")
                lastAnnotation = Array(bytes[summary.annotation])
            }
        }
        encoder.confirm()
        guard encoder.refusedSampleCount == 0 else {
            hold(found.count + Int(encoder.refusedSampleCount) == samples.count, "each sample is written or refused")
            return
        }
        hold(found == samples, "samples come back from a record made of them")
        hold(batch.samples.isEmpty && annotation.isEmpty || lastAnnotation == annotation, "the annotation comes back")
    }
}
