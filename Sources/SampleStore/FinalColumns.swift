internal import SampleCodec

/// Writes the samples of a final file: columns of times and of values, each kept once.
///
/// Series of one machine share their times, and many hold the same constant.
final class FinalColumns {
    private static let recentLimit = 4

    private struct TimesEntry {
        let number: Int64
        let times: [Int64]
    }

    private let path: String
    private let day: CalendarDay
    private let stream: SliceStream
    private let chunkSampleLimit: Int
    private let insertTimes: Statement
    private let insertChunk: Statement
    private let reader: ColumnReader
    /// Candidates by hash. Who looks one up compares the samples.
    private var timeColumnsByHash: [UInt64: [Int64]] = [:]
    private var chunksByHash: [UInt64: [Int64]] = [:]
    /// The columns of times used last, newest last.
    private var recentTimes: [TimesEntry] = []
    private var timeColumnCount: Int64 = 0
    private(set) var chunkCount: Int64 = 0

    init(_ database: Database, day: CalendarDay, stream: SliceStream, chunkSampleLimit: Int) throws(StoreError) {
        path = database.path
        self.day = day
        self.stream = stream
        self.chunkSampleLimit = max(chunkSampleLimit, 1)
        insertTimes = try database.prepare("INSERT INTO time_columns VALUES (?, ?, ?, ?, ?)")
        insertChunk = try database.prepare("INSERT INTO chunks VALUES (?, ?, ?)")
        reader = try ColumnReader(database, day: day, stream: stream, streamByteCount: nil)
    }

    /// Writes a series' samples, at least one, and answers the number of its chunk.
    func write(_ run: SampleRun, hint: inout TickHint) throws(StoreError) -> Int64 {
        let hash = Self.hash(run.times) &+ Self.hash(run.values) &* 0x9e37_79b9_7f4a_7c15
        for candidate in chunksByHash[hash] ?? [] {
            var there = SampleRun()
            try reader.collect(chunk: candidate, from: .min, through: .max, into: &there)
            if there.times == run.times, Self.areEqual(there.values, run.values) { return candidate }
        }
        chunkCount += 1
        guard let length = Self.partLength(of: run.count, chunkSampleLimit: chunkSampleLimit) else {
            let limit = ColumnReader.sampleLimit * FinalSchema.partLimit
            throw .database(
                path: path, code: 0, reason: "\(run.count) samples of one series; a day's final form takes \(limit)")
        }
        for (part, start) in stride(from: 0, to: run.count, by: length).enumerated() {
            let range = start..<min(start + length, run.count)
            try insertChunk.bind(1, chunkCount << FinalSchema.partBits | Int64(part))
            try insertChunk.bind(2, try timeColumn(Array(run.times[range])))
            try insertChunk.bind(3, Int64(stream.byteCount))
            try insertChunk.run()
            try stream.append(SampleCodec.encode(values: run.values[range], effort: .final, hint: &hint))
        }
        chunksByHash[hash, default: []].append(chunkCount)
        return chunkCount
    }

    /// How many samples each part of a chunk has; nil where they would be more than a reader takes.
    static func partLength(of sampleCount: Int, chunkSampleLimit: Int) -> Int? {
        let least = (sampleCount + FinalSchema.partLimit - 1) / FinalSchema.partLimit
        guard least <= ColumnReader.sampleLimit else { return nil }
        return max(min(chunkSampleLimit, ColumnReader.sampleLimit), least)
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

    private static func hash(_ words: [some BitwiseCopyable]) -> UInt64 {
        words.withUnsafeBytes { StableHash.hash($0) }
    }

    /// Bit for bit.
    private static func areEqual(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern }
    }
}
