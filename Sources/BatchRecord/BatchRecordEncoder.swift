package import MetricModel

/// Turns batches into the bytes of dictionary and samples records.
///
/// It owns the dictionary of the segment being written and starts afresh with each segment. Declarations count only
/// once `confirm()` is called: an append that fails, or that is done again for the next segment, leaves no trace.
package struct BatchRecordEncoder {
    /// How far apart, at least, a declaration and its repetition are, so that no single damage takes both.
    package static let repetitionDistance = 64 << 10
    /// Declarations are split into records of about this size, so that damage takes few of them.
    private static let dictionaryByteGoal = 32 << 10

    /// How many samples one record may hold; more of a batch go into further records.
    package let sampleLimitPerRecord: Int
    /// How many series a segment's dictionary may hold.
    package let seriesLimit: Int
    /// Samples of confirmed batches that were refused: the dictionary was full, or their labels do not fit into a
    /// record.
    package private(set) var refusedSampleCount: UInt64 = 0
    private var unconfirmedRefusedCount: UInt64 = 0

    /// Declarations that were written in one record.
    private struct Chunk {
        let entries: Range<Int>
        /// At or behind the end of the record in the segment.
        var endOffset: Int
        var isRepeated = false
    }

    /// Which of the segment's dictionaries this is: the number of its first record.
    private var dictionaryID: UInt64 = 0
    private var segmentNumber: UInt64?
    private var entries: [Series] = []
    /// How many decimal places the last value of each series had.
    private var hints: [UInt8] = []
    private var numbers = SeriesNumbers()
    private var chunks: [Chunk] = []
    private var confirmedEntryCount = 0
    private var confirmedChunks: [Chunk] = []
    /// Reused by each batch.
    private var sampleIndexes: [Int32] = []
    private var payload = SamplesPayload()
    private var bytes: [UInt8] = []

    package init(sampleLimitPerRecord: Int = 20_000, seriesLimit: Int = 100_000) {
        self.sampleLimitPerRecord = max(1, sampleLimitPerRecord)
        self.seriesLimit = seriesLimit
    }

    /// Gives the records of `batch` in order: declarations first, then samples. An empty batch gives none. The
    /// annotation goes into the last samples record, which is made for it alone where there are no samples; the
    /// producer keeps it below half of the place's record limit.
    /// `emit` gets each record's bytes, valid during the call. All belong into the segment of `place`; where they do not
    /// fit, encode again with the next segment's place.
    package mutating func encode(
        _ batch: SampleBatch, at place: RecordPlace, emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) {
        begin(place)
        guard !batch.samples.isEmpty || !batch.annotation.isEmpty else { return }
        precondition(
            batch.annotation.count <= place.recordByteLimit / 2, "an annotation of \(batch.annotation.count) bytes")
        let declaredCount = entries.count
        findIndexes(of: batch, recordByteLimit: place.recordByteLimit)
        var written = repeatDeclarations(at: place, emit)
        let repeatedCount = chunks.count
        written += declare(
            declaredCount..<entries.count, limit: place.recordByteLimit, .dictionary(isRepeated: false), emit)
        written += encodeSamples(batch, limit: place.recordByteLimit, emit)
        // The log adds headers and padding; a page more than that is certainly behind the records.
        for index in repeatedCount..<chunks.count {
            chunks[index].endOffset = place.byteOffset + written + 64 * (chunks.count + 16) + 4096
        }
    }

    /// The records of the last `encode` are in the log; their declarations hold from now on.
    package mutating func confirm() {
        confirmedEntryCount = entries.count
        confirmedChunks = chunks
        refusedSampleCount += unconfirmedRefusedCount
        unconfirmedRefusedCount = 0
    }

    /// Goes back to what was confirmed, or to nothing in a new segment.
    private mutating func begin(_ place: RecordPlace) {
        if segmentNumber != place.segmentNumber {
            segmentNumber = place.segmentNumber
            confirmedEntryCount = 0
            confirmedChunks = []
        }
        if confirmedEntryCount == 0 {
            dictionaryID = place.recordNumber
        }
        if confirmedEntryCount < entries.count {
            entries.removeSubrange(confirmedEntryCount...)
            hints.removeSubrange(confirmedEntryCount...)
            numbers.rebuild(entries)
        }
        chunks = confirmedChunks
        unconfirmedRefusedCount = 0
    }

    /// Finds each sample's series in the dictionary, or takes it up; -1 stands for a sample that is refused.
    private mutating func findIndexes(of batch: SampleBatch, recordByteLimit: Int) {
        sampleIndexes.removeAll(keepingCapacity: true)
        sampleIndexes.reserveCapacity(batch.samples.count)
        // Producers keep their order from batch to batch, so the next series is mostly the one after the last.
        var expected = 0
        for sample in batch.samples {
            var index = -1
            if expected < entries.count, entries[expected] === sample.series {
                index = expected
            } else if let known = numbers.number(of: sample.series, in: entries) {
                index = known
            } else if entries.count < seriesLimit,
                DictionaryPayload.fits(sample.series, recordByteLimit: recordByteLimit)
            {
                index = entries.count
                entries.append(sample.series)
                hints.append(0)
                numbers.addLast(of: entries)
            } else {
                unconfirmedRefusedCount += 1
            }
            sampleIndexes.append(Int32(index))
            if index >= 0 { expected = index + 1 }
        }
    }

    /// Writes declarations again that were written once and are far enough back. Answers the bytes written.
    private mutating func repeatDeclarations(
        at place: RecordPlace, _ emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var written = 0
        for index in chunks.indices where !chunks[index].isRepeated {
            guard place.byteOffset >= chunks[index].endOffset + Self.repetitionDistance else { break }
            chunks[index].isRepeated = true
            var record = DictionaryPayload()
            record.begin(firstIndex: chunks[index].entries.lowerBound)
            for series in entries[chunks[index].entries] { record.append(series) }
            written += finish(record, .dictionary(isRepeated: true), emit)
        }
        return written
    }

    /// Writes declarations, in as many records as they need. Answers the bytes written.
    private mutating func declare(
        _ range: Range<Int>, limit: Int, _ kind: EncodedRecord,
        _ emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var written = 0
        var record = DictionaryPayload()
        record.begin(firstIndex: range.lowerBound)
        for index in range {
            let series = entries[index]
            let bound = record.byteCountBound + DictionaryPayload.byteCountBound(of: series)
            if record.count > 0 && bound > min(limit, Self.dictionaryByteGoal) {
                written += finish(record, kind, emit)
                chunks.append(Chunk(entries: record.firstIndex..<index, endOffset: 0))
                record.begin(firstIndex: index)
            }
            record.append(series)
        }
        if record.count > 0 {
            written += finish(record, kind, emit)
            chunks.append(Chunk(entries: record.firstIndex..<range.upperBound, endOffset: 0))
        }
        return written
    }

    private mutating func finish(
        _ record: DictionaryPayload, _ kind: EncodedRecord, _ emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        bytes.removeAll(keepingCapacity: true)
        record.finish(dictionaryID: dictionaryID, into: &bytes)
        bytes.withUnsafeBytes { emit(kind, $0) }
        return bytes.count
    }

    private mutating func encodeSamples(
        _ batch: SampleBatch, limit: Int, _ emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        var written = 0
        payload.begin(clock: batch.clock)
        let limit = limit - batch.annotation.count
        guard let last = sampleIndexes.lastIndex(where: { $0 >= 0 }) else {
            return batch.annotation.isEmpty ? 0 : finishSamples(batch, isBatchEnd: true, emit)
        }
        for (position, sample) in batch.samples[...last].enumerated() {
            let index = Int(sampleIndexes[position])
            if index < 0 { continue }
            // A sample adds at most 10 bytes of value and 35 of runs; what stands before the columns is in the bound.
            if payload.count >= sampleLimitPerRecord || payload.count > 0 && payload.byteCountBound + 64 > limit {
                written += finishSamples(batch, isBatchEnd: false, emit)
                payload.begin(clock: batch.clock)
            }
            var hint = Int(hints[index])
            payload.append(
                index: index, unixMilliseconds: sample.unixMilliseconds, value: sample.value, hint: &hint)
            hints[index] = UInt8(hint)
        }
        return written + finishSamples(batch, isBatchEnd: true, emit)
    }

    private mutating func finishSamples(
        _ batch: SampleBatch, isBatchEnd: Bool, _ emit: (EncodedRecord, UnsafeRawBufferPointer) -> Void
    ) -> Int {
        bytes.removeAll(keepingCapacity: true)
        payload.finish(
            clock: batch.clock, dictionaryID: dictionaryID, annotation: isBatchEnd ? batch.annotation : [],
            into: &bytes)
        bytes.withUnsafeBytes { emit(.samples(isBatchEnd: isBatchEnd), $0) }
        return bytes.count
    }
}
