package import MetricModel

/// Turns a samples record into samples, with the dictionary of its segment.
package struct BatchRecordDecoder {
    /// One sample of a record, valid while it is visited.
    package struct Entry {
        /// The series' number in the segment's dictionary; equal numbers with an equal `dictionaryID` are one series.
        package let seriesIndex: Int
        let layout: SeriesLayout
        /// The full label set as it was captured, with `__name__`, packed as in `Labels`.
        package let packedLabels: UnsafeRawBufferPointer
        package let unixMilliseconds: Int64
        package let value: Double

        package var family: SampleColumns.Family { layout.family }
        /// Equal for series of one family and scope.
        package var familyID: ObjectIdentifier { ObjectIdentifier(layout) }
        /// Labels and family as values of their own; allocates.
        package var declaration: SeriesDeclaration {
            SeriesDeclaration(labels: Labels(alreadyPacked: Array(packedLabels)), family: family)
        }
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
        /// Where in the record the producer's annotation is; empty where it has none.
        package internal(set) var annotation = 0..<0
        /// Samples whose declaration is not in the dictionary (its record was damaged); they were not visited.
        package internal(set) var undeclaredCount = 0
    }

    /// The most samples a record may claim to hold.
    package let sampleLimit: Int

    package init(sampleLimit: Int = 100_000) {
        self.sampleLimit = sampleLimit
    }

    /// Visits the samples in the order in which they were in the batch. Safe on any bytes; on an error the samples
    /// before the damage have been visited.
    @discardableResult
    package func decode(
        _ bytes: UnsafeRawBufferPointer, with dictionary: SegmentDictionary, _ visit: (Entry) -> Void
    ) throws(BatchRecordError) -> Summary {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        var times = RunReader(reader, sampleCount: summary.sampleCount)
        try scanTimes(&reader, &summary)
        var series = RunReader(reader, sampleCount: summary.sampleCount)
        try scanSeries(&reader, count: summary.sampleCount)
        var values = try ValueReader(&reader, count: summary.sampleCount)
        let table = dictionary.table(summary.dictionaryID)
        var packed: [UInt8] = []
        var time = summary.clock.unixMilliseconds
        var timesLeft = 0
        var expected = 0
        while let run = try series.next() {
            let start = expected + Int(run.step)
            expected = start + run.count
            for index in start..<expected {
                if timesLeft == 0, let next = try times.next() {
                    time &+= next.step
                    timesLeft = next.count
                }
                timesLeft -= 1
                let value = try values.next()
                guard table.isDeclared(index) else {
                    summary.undeclaredCount += 1
                    continue
                }
                table.pack(index, into: &packed)
                packed.withUnsafeBytes {
                    visit(
                        Entry(
                            seriesIndex: index, layout: table.layout(index), packedLabels: $0, unixMilliseconds: time,
                            value: value))
                }
            }
        }
        return summary
    }

    /// What a record holds, without its dictionary: for planning requests and for counting what is lost. Makes
    /// nothing in memory, whatever the record's size. `undeclaredCount` is 0.
    package func summary(of bytes: UnsafeRawBufferPointer) throws(BatchRecordError) -> Summary {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        try scanTimes(&reader, &summary)
        return summary
    }

    /// When a record was taken, from its first bytes alone.
    package func clock(of bytes: UnsafeRawBufferPointer) throws(BatchRecordError) -> ClockReading {
        var reader = ByteReader(bytes)
        return try readHead(&reader).clock
    }

    /// How many samples of a record are of series that the dictionary does not have, before anything is visited.
    package func undeclaredCount(
        of bytes: UnsafeRawBufferPointer, with dictionary: SegmentDictionary
    ) throws(BatchRecordError) -> Int {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        try scanTimes(&reader, &summary)
        var series = RunReader(reader, sampleCount: summary.sampleCount)
        try scanSeries(&reader, count: summary.sampleCount)
        let table = dictionary.table(summary.dictionaryID)
        var missing = 0
        var expected = 0
        while let run = try series.next() {
            let start = expected + Int(run.step)
            expected = start + run.count
            for index in start..<expected where !table.isDeclared(index) { missing += 1 }
        }
        return missing
    }

    /// Visits which numbers of its dictionary a record's samples have, in runs, and answers which dictionary that is.
    /// For counting series without their declarations.
    package func seriesRuns(
        of bytes: UnsafeRawBufferPointer, _ visit: (Range<Int>) -> Void
    ) throws(BatchRecordError) -> UInt64 {
        var reader = ByteReader(bytes)
        var summary = try readHead(&reader)
        try scanTimes(&reader, &summary)
        var series = RunReader(reader, sampleCount: summary.sampleCount)
        try scanSeries(&reader, count: summary.sampleCount)
        var expected = 0
        while let run = try series.next() {
            let start = expected + Int(run.step)
            expected = start + run.count
            visit(start..<expected)
        }
        return summary.dictionaryID
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
        var annotation = 0..<0
        if flags & SamplesPayload.annotatedFlag != 0 {
            let length = try reader.count("bytes of annotation", limit: reader.remaining)
            guard length <= reader.remaining else { throw reader.damaged }
            annotation = reader.offset..<reader.offset + length
            _ = try reader.slice(length)
        }
        return Summary(
            clock: ClockReading(
                bootID: BootID(high: high, low: low), bootNanoseconds: bootNanoseconds,
                unixMilliseconds: unixMilliseconds, isSynchronised: flags & SamplesPayload.synchronisedFlag != 0),
            sampleCount: count, firstUnixMilliseconds: unixMilliseconds, lastUnixMilliseconds: unixMilliseconds,
            dictionaryID: dictionaryID, annotation: annotation)
    }

    /// Checks the column of times, passes over it and finds the first and the last.
    private func scanTimes(
        _ reader: inout ByteReader, _ summary: inout Summary
    ) throws(BatchRecordError) {
        var runs = RunReader(reader, sampleCount: summary.sampleCount)
        var time = summary.clock.unixMilliseconds
        var isFirst = true
        while let run = try runs.next() {
            time &+= run.step
            summary.firstUnixMilliseconds = isFirst ? time : min(summary.firstUnixMilliseconds, time)
            summary.lastUnixMilliseconds = isFirst ? time : max(summary.lastUnixMilliseconds, time)
            isFirst = false
        }
        reader = runs.reader
    }

    /// Checks the column of series numbers and passes over it: no number is negative or reaches 2^31 + `count`.
    private func scanSeries(_ reader: inout ByteReader, count: Int) throws(BatchRecordError) {
        var runs = RunReader(reader, sampleCount: count)
        var expected: Int64 = 0
        while let run = try runs.next() {
            let (start, overflow) = expected.addingReportingOverflow(run.step)
            guard !overflow, start >= 0, start < 1 << 31 else { throw runs.reader.damaged }
            expected = start + Int64(run.count)
        }
        reader = runs.reader
    }
}
