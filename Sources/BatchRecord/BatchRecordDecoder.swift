package import MetricModel

/// Turns a samples record into samples, with the dictionary of its segment.
package struct BatchRecordDecoder {
    /// One sample of a record.
    package struct Entry {
        /// The series' number in the segment's dictionary; equal numbers with an equal `dictionaryID` are one series.
        package let seriesIndex: Int
        package let declaration: SeriesDeclaration
        package let unixMilliseconds: Int64
        package let value: Double
    }

    /// What a record says of itself.
    package struct Summary: Hashable, Sendable {
        package let clock: ClockReading
        package let sampleCount: Int
        /// The earliest and the latest time of a sample; both the clock's where there is none.
        package internal(set) var firstUnixMilliseconds: Int64
        package internal(set) var lastUnixMilliseconds: Int64
        /// Which of the segment's dictionaries its series are numbered in.
        package let dictionaryID: UInt64
        /// Samples whose declaration is not in the dictionary (its record was damaged); they were not visited.
        package internal(set) var undeclaredCount = 0
    }

    /// The most samples a record may claim to hold.
    package let sampleLimit: Int

    package init(sampleLimit: Int = 100_000) {
        self.sampleLimit = sampleLimit
    }

    /// Visits the samples in the order in which they were in the batch. Safe on any bytes.
    @discardableResult
    package func decode(
        _ bytes: UnsafeRawBufferPointer, with dictionary: SegmentDictionary, _ visit: (Entry) -> Void
    ) throws(BatchRecordError) -> Summary {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        let times = try readTimes(&reader, &summary)
        let runs = try readIndexRuns(&reader, count: summary.sampleCount)
        var values = try ValueReader(&reader, count: summary.sampleCount)
        let table = dictionary.table(summary.dictionaryID)
        var time = 0
        var timesLeft = times.first?.count ?? 0
        for run in runs {
            for index in run {
                if timesLeft == 0 {
                    time += 1
                    timesLeft = times[time].count
                }
                timesLeft -= 1
                let value = try values.next()
                guard index < table.count, let declaration = table[index] else {
                    summary.undeclaredCount += 1
                    continue
                }
                visit(
                    Entry(
                        seriesIndex: index, declaration: declaration,
                        unixMilliseconds: times[time].unixMilliseconds, value: value))
            }
        }
        return summary
    }

    /// What a record holds, without its dictionary: for counting what is lost. `undeclaredCount` is 0.
    package func summary(of bytes: UnsafeRawBufferPointer) throws(BatchRecordError) -> Summary {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        _ = try readTimes(&reader, &summary)
        return summary
    }

    /// The numbers of the series a record has samples of, in its segment's dictionary.
    package func seriesIndexes(
        of bytes: UnsafeRawBufferPointer
    ) throws(BatchRecordError) -> [Range<Int>] {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        _ = try readTimes(&reader, &summary)
        return try readIndexRuns(&reader, count: summary.sampleCount)
    }

    private func readHead(_ reader: inout ByteReader) throws(BatchRecordError) -> Summary {
        let version = try reader.byte()
        guard version == SamplesPayload.version else { throw .unknownVersion(version) }
        let kind = try reader.byte()
        guard kind == SamplesPayload.floatKind else { throw .unknownValueKind(kind) }
        let dictionaryID = try reader.varint()
        let high = try reader.fixed(UInt64.self)
        let low = try reader.fixed(UInt64.self)
        let bootNanoseconds = try reader.fixed(Int64.self)
        let unixMilliseconds = try reader.fixed(Int64.self)
        let flags = try reader.byte()
        let count = try reader.count("samples", limit: sampleLimit)
        // Half a byte is the least that a sample takes.
        guard count <= reader.remaining * 2 else { throw reader.damaged }
        return Summary(
            clock: ClockReading(
                bootID: BootID(high: high, low: low), bootNanoseconds: bootNanoseconds,
                unixMilliseconds: unixMilliseconds, isSynchronised: flags & 1 == 1),
            sampleCount: count, firstUnixMilliseconds: unixMilliseconds, lastUnixMilliseconds: unixMilliseconds,
            dictionaryID: dictionaryID)
    }

    private struct TimeRun {
        var unixMilliseconds: Int64
        var count: Int
    }

    private func readTimes(
        _ reader: inout ByteReader, _ summary: inout Summary
    ) throws(BatchRecordError) -> [TimeRun] {
        var runs: [TimeRun] = []
        var left = summary.sampleCount
        var time = summary.clock.unixMilliseconds
        while left > 0 {
            time &+= try reader.zigzag()
            let count = try reader.count("samples of one time", limit: left)
            guard count > 0 else { throw reader.damaged }
            summary.firstUnixMilliseconds = runs.isEmpty ? time : min(summary.firstUnixMilliseconds, time)
            summary.lastUnixMilliseconds = runs.isEmpty ? time : max(summary.lastUnixMilliseconds, time)
            runs.append(TimeRun(unixMilliseconds: time, count: count))
            left -= count
        }
        return runs
    }

    private func readIndexRuns(
        _ reader: inout ByteReader, count: Int
    ) throws(BatchRecordError) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var left = count
        var expected: Int64 = 0
        while left > 0 {
            let (start, overflow) = expected.addingReportingOverflow(try reader.zigzag())
            let count = try reader.count("series in a row", limit: left)
            guard !overflow, start >= 0, start < 1 << 31, count > 0 else { throw reader.damaged }
            runs.append(Int(start)..<Int(start) + count)
            expected = start + Int64(count)
            left -= count
        }
        return runs
    }
}
