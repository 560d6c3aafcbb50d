internal import SampleCodec

/// Reads the columns of a final file.
final class ColumnReader {
    /// A file may have been written with a higher limit than is set now.
    static let sampleLimit = 1 << 20
    private static let recentLimit = 4

    private let database: Database
    private let day: CalendarDay
    private let stream: SliceStream
    private let findTimes: Statement
    /// The columns of times decoded last, newest last.
    private var recentTimes: [(column: Int64, times: [Int64])] = []

    init(_ database: Database, day: CalendarDay, stream: SliceStream) throws(StoreError) {
        self.database = database
        self.day = day
        self.stream = stream
        findTimes = try database.prepare(
            "SELECT first_ms_of_day, last_ms_of_day, samples, data FROM time_columns WHERE id = ?")
    }

    /// Adds the part's samples in the range.
    func collect(_ part: FinalPart, from: Int64, through: Int64, into run: inout SampleRun) throws(StoreError) {
        let times = try times(column: Int64(part.times))
        guard let first = times.first, let last = times.last, first <= through, last >= from else { return }
        let values = try values(at: part.place..<(part.place + part.byteCount), count: times.count)
        run.append(times: times, values: values, from: from, through: through)
    }

    /// The values of a column in the stream.
    func values(at range: Range<Int>, count: Int) throws(StoreError) -> [Double] {
        let bytes = try stream.bytes(range)
        var values: [Double] = []
        values.reserveCapacity(count)
        try decode(bytes, "the values at \(range.lowerBound)") { bytes throws(ChunkError) in
            try SampleCodec.decode(values: bytes, count: count, into: &values)
        }
        return values
    }

    /// The times of a column.
    func times(column: Int64) throws(StoreError) -> [Int64] {
        if let known = recentTimes.last(where: { $0.column == column }) { return known.times }
        try findTimes.bind(1, column)
        defer { findTimes.reset() }
        guard try findTimes.step() else { throw .damaged(database.path, "no times \(column)") }
        let bytes = findTimes.bytes(3)
        var times: [Int64] = []
        try decode(bytes, "times \(column)") { bytes throws(ChunkError) in
            let header = try TimeColumn(bytes, sampleLimit: Self.sampleLimit)
            try SampleCodec.decode(header, of: bytes, into: &times)
        }
        guard let first = times.first, let last = times.last, day.unixMilliseconds.contains(first),
            day.unixMilliseconds.contains(last)
        else { throw .damaged(database.path, "times \(column) are not of the day") }
        recentTimes.append((column, times))
        if recentTimes.count > Self.recentLimit { recentTimes.removeFirst() }
        return times
    }

    private func decode(
        _ bytes: [UInt8], _ what: String, _ body: (UnsafeRawBufferPointer) throws(ChunkError) -> Void
    ) throws(StoreError) {
        var failure: ChunkError?
        bytes.withUnsafeBytes { bytes in
            do throws(ChunkError) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw .damaged(database.path, "\(what): \(failure)") }
    }
}
