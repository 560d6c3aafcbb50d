internal import SampleCodec

/// Writes the samples of a final file: columns of times and of values, each kept once.
///
/// Series of one machine share their times, and many hold the same constant.
final class FinalColumns {
    private static let recentLimit = 4

    /// Columns of values of fewer bytes are written as often as they come: to say where one is takes as much.
    private static let leastSharedByteCount = 7

    private struct ValuesEntry {
        let place: Int
        let byteCount: Int
        let count: Int
    }

    private struct TimesEntry {
        let number: Int64
        let times: [Int64]
    }

    private let day: CalendarDay
    private let stream: SliceStream
    private let chunkSampleLimit: Int
    private let insertTimes: Statement
    private let reader: ColumnReader
    /// Candidates by hash. Who looks one up compares the samples.
    private var timeColumnsByHash: [UInt64: [Int64]] = [:]
    private var valuesByHash: [UInt64: [ValuesEntry]] = [:]
    /// The columns of times used last, newest last.
    private var recentTimes: [TimesEntry] = []
    private var timeColumnCount: Int64 = 0

    init(_ database: Database, day: CalendarDay, stream: SliceStream, chunkSampleLimit: Int) throws(StoreError) {
        self.day = day
        self.stream = stream
        self.chunkSampleLimit = min(max(chunkSampleLimit, 1), ColumnReader.sampleLimit)
        insertTimes = try database.prepare("INSERT INTO time_columns VALUES (?, ?, ?, ?, ?)")
        reader = try ColumnReader(database, day: day, stream: stream)
    }

    /// Writes a series' samples, and answers where they are; nil where there are none.
    func write(_ run: SampleRun, labelSet: UInt32, hint: inout TickHint) throws(StoreError) -> FinalSeries? {
        var series: FinalSeries?
        for start in stride(from: 0, to: run.count, by: chunkSampleLimit) {
            let range = start..<min(start + chunkSampleLimit, run.count)
            let times = try timeColumn(Array(run.times[range]))
            let values = try valueColumn(run.values[range], &hint)
            let part = FinalPart(times: Int(times), place: values.place, byteCount: values.byteCount)
            if series == nil {
                series = FinalSeries(labelSet: labelSet, first: part)
            } else {
                series?.others.append(part)
            }
        }
        return series
    }

    private func valueColumn(_ values: ArraySlice<Double>, _ hint: inout TickHint) throws(StoreError) -> ValuesEntry {
        let hash = Self.hash(values)
        for candidate in valuesByHash[hash] ?? [] where candidate.count == values.count {
            let range = candidate.place..<(candidate.place + candidate.byteCount)
            if Self.areEqual(try reader.values(at: range, count: candidate.count), values) { return candidate }
        }
        let bytes = SampleCodec.encode(values: values, effort: .final, hint: &hint)
        let entry = ValuesEntry(place: stream.byteCount, byteCount: bytes.count, count: values.count)
        try stream.append(bytes)
        if bytes.count >= Self.leastSharedByteCount { valuesByHash[hash, default: []].append(entry) }
        return entry
    }

    private func timeColumn(_ times: [Int64]) throws(StoreError) -> Int64 {
        if let position = recentTimes.lastIndex(where: { $0.times == times }) {
            let entry = recentTimes.remove(at: position)
            recentTimes.append(entry)
            return entry.number
        }
        let hash = Self.hash(times)
        for candidate in timeColumnsByHash[hash] ?? [] where try reader.times(column: candidate) == times {
            remember(TimesEntry(number: candidate, times: times))
            return candidate
        }
        guard let first = times.first, let last = times.last else { return 0 }
        timeColumnCount += 1
        try insertTimes.bind(1, timeColumnCount)
        try insertTimes.bind(2, first - day.firstUnixMilliseconds)
        try insertTimes.bind(3, last - day.firstUnixMilliseconds)
        try insertTimes.bind(4, Int64(times.count))
        try insertTimes.bind(5, blob: SampleCodec.encode(times: times[...], effort: .final))
        try insertTimes.run()
        timeColumnsByHash[hash, default: []].append(timeColumnCount)
        remember(TimesEntry(number: timeColumnCount, times: times))
        return timeColumnCount
    }

    private func remember(_ entry: TimesEntry) {
        recentTimes.append(entry)
        if recentTimes.count > Self.recentLimit { recentTimes.removeFirst() }
    }

    private static func hash(_ times: [Int64]) -> UInt64 { times.withUnsafeBytes { StableHash.hash($0) } }

    private static func hash(_ values: ArraySlice<Double>) -> UInt64 {
        values.withUnsafeBytes { StableHash.hash($0) }
    }

    /// Bit for bit.
    private static func areEqual(_ left: [Double], _ right: ArraySlice<Double>) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
