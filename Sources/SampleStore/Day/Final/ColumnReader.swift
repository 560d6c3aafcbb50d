internal import SampleCodec

/// Reads the columns of a final file.
final class ColumnReader {
    /// A file may have been written with a higher limit than is set now.
    static let sampleLimit = 1 << 20
    private static let recentLimit = 4
    /// Rows remembered, each some dozens of bytes.
    private static let knownLimit = 1 << 14

    private struct TimesRow {
        let first: Int64
        let last: Int64
        let count: Int
    }

    private let database: Database
    private let day: CalendarDay
    private let stream: SliceStream
    private let findTimes: Statement
    /// The columns of times decoded last, newest last.
    private var recentTimes: [(column: Int64, times: [Int64])] = []
    private var knownTimes: [Int64: TimesRow] = [:]
    /// Of the selection that is being made.
    private var selectedTimes: [Int64: [UInt8]] = [:]

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

    /// The part, not decoded, where it has samples in the range, as far as the file says.
    ///
    /// `known` has what was decoded before, under this file's number.
    func undecoded(
        _ part: FinalPart, from: Int64, through: Int64, file: UInt64, known: DecodedColumns,
        size: inout SelectionSize
    ) throws(StoreError) -> UndecodedPart? {
        let row = try timesRow(Int64(part.times))
        guard row.first <= through, row.last >= from else { return nil }
        let timesKey = ColumnKey(file: file, times: part.times)
        let times: UndecodedPart.Column<Int64>
        if let decoded = known.times.column(timesKey) {
            times = .decoded(decoded)
        } else {
            times = .encoded(try sharedTimesBytes(Int64(part.times), &size))
        }
        let valuesKey = ColumnKey(file: file, values: part, count: row.count)
        let values: UndecodedPart.Column<Double>
        if let decoded = known.values.column(valuesKey) {
            values = .decoded(decoded)
        } else {
            values = .encoded(try stream.bytes(part.place..<(part.place + part.byteCount)))
        }
        size.add(samples: row.count, bytes: part.byteCount)
        return UndecodedPart(
            path: database.path, day: day, count: row.count, timesKey: timesKey, times: times, valuesKey: valuesKey,
            values: values)
    }

    /// What the row of a column of times says: the ends, in milliseconds since 1970, and the count.
    private func timesRow(_ column: Int64) throws(StoreError) -> TimesRow {
        if let known = knownTimes[column] { return known }
        try findTimes.bind(1, column)
        defer { findTimes.reset() }
        guard try findTimes.step() else { throw .damaged(database.path, "no times \(column)") }
        let (first, last, count) = (findTimes.integer(0), findTimes.integer(1), findTimes.integer(2))
        let length = day.lastUnixMilliseconds - day.firstUnixMilliseconds
        guard first >= 0, first <= last, last <= length, (1...Int64(Self.sampleLimit)).contains(count) else {
            throw .damaged(database.path, "times \(column) are \(count) from \(first) to \(last)")
        }
        let row = TimesRow(
            first: day.firstUnixMilliseconds + first, last: day.firstUnixMilliseconds + last, count: Int(count))
        if knownTimes.count >= Self.knownLimit { knownTimes.removeAll() }
        knownTimes[column] = row
        return row
    }

    /// The values of a column in the stream.
    func values(at range: Range<Int>, count: Int) throws(StoreError) -> [Double] {
        try Self.decode(values: stream.bytes(range), at: range.lowerBound, count: count, path: database.path)
    }

    /// The times of a column.
    func times(column: Int64) throws(StoreError) -> [Int64] {
        if let known = recentTimes.last(where: { $0.column == column }) { return known.times }
        let times = try Self.decode(times: timesBytes(column), number: column, day: day, path: database.path)
        recentTimes.append((column, times))
        if recentTimes.count > Self.recentLimit { recentTimes.removeFirst() }
        return times
    }

    /// The bytes of a column of times, which many series have in common, read once for all parts of a selection.
    private func sharedTimesBytes(_ column: Int64, _ size: inout SelectionSize) throws(StoreError) -> [UInt8] {
        if let known = selectedTimes[column] { return known }
        let bytes = try timesBytes(column)
        size.add(samples: 0, bytes: bytes.count)
        selectedTimes[column] = bytes
        return bytes
    }

    /// Forgets what the parts of a selection have in common.
    func endSelection() { selectedTimes.removeAll() }

    private func timesBytes(_ column: Int64) throws(StoreError) -> [UInt8] {
        try findTimes.bind(1, column)
        defer { findTimes.reset() }
        guard try findTimes.step() else { throw .damaged(database.path, "no times \(column)") }
        return findTimes.bytes(3)
    }

    /// Times of the day, at least one.
    static func decode(
        times bytes: [UInt8], number: Int64, day: CalendarDay, path: String
    ) throws(StoreError) -> [Int64] {
        var times: [Int64] = []
        try decode(bytes, "times \(number)", path) { bytes throws(ChunkError) in
            let header = try TimeColumn(bytes, sampleLimit: Self.sampleLimit)
            try SampleCodec.decode(header, of: bytes, into: &times)
        }
        guard let first = times.first, let last = times.last, day.unixMilliseconds.contains(first),
            day.unixMilliseconds.contains(last)
        else { throw .damaged(path, "times \(number) are not of the day") }
        return times
    }

    /// The values that begin at `place` in the stream.
    static func decode(values bytes: [UInt8], at place: Int, count: Int, path: String) throws(StoreError) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(count)
        try decode(bytes, "the values at \(place)", path) { bytes throws(ChunkError) in
            try SampleCodec.decode(values: bytes, count: count, into: &values)
        }
        return values
    }

    private static func decode(
        _ bytes: [UInt8], _ what: String, _ path: String,
        _ body: (UnsafeRawBufferPointer) throws(ChunkError) -> Void
    ) throws(StoreError) {
        var failure: ChunkError?
        bytes.withUnsafeBytes { bytes in
            do throws(ChunkError) { try body(bytes) } catch { failure = error }
        }
        if let failure { throw .damaged(path, "\(what): \(failure)") }
    }
}
