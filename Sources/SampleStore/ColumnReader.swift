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

    private struct Part {
        let times: Int64
        let place: Int
    }

    private let database: Database
    private let day: CalendarDay
    private let stream: SliceStream
    /// Nil where the stream is still being written.
    private let streamByteCount: Int?
    private let findTimes: Statement
    private let findParts: Statement
    /// The columns of times decoded last, newest last.
    private var recentTimes: [(column: Int64, times: [Int64])] = []
    private var knownTimes: [Int64: TimesRow] = [:]
    private var knownParts: [Int64: (parts: [Part], end: Int)] = [:]

    init(
        _ database: Database, day: CalendarDay, stream: SliceStream, streamByteCount: Int?
    ) throws(StoreError) {
        self.database = database
        self.day = day
        self.stream = stream
        self.streamByteCount = streamByteCount
        findTimes = try database.prepare(
            "SELECT first_ms_of_day, last_ms_of_day, samples, data FROM time_columns WHERE id = ?")
        // One row more than the chunk's own says where its last part ends.
        findParts = try database.prepare("SELECT id, times, place FROM chunks WHERE id >= ? ORDER BY id")
    }

    /// Adds the chunk's samples in the range.
    func collect(chunk: Int64, from: Int64, through: Int64, into run: inout SampleRun) throws(StoreError) {
        let (parts, end) = try parts(of: chunk)
        guard !parts.isEmpty else { throw .damaged(database.path, "no chunk \(chunk)") }
        for (index, part) in parts.enumerated() {
            let times = try times(column: part.times)
            guard let first = times.first, let last = times.last, first <= through, last >= from else { continue }
            let partEnd = index + 1 < parts.count ? parts[index + 1].place : end
            guard part.place < partEnd, partEnd <= streamEnd else {
                throw .damaged(database.path, "chunk \(chunk) is in the bytes from \(part.place) to \(partEnd)")
            }
            let bytes = try stream.bytes(part.place..<partEnd)
            let number = chunk << FinalSchema.partBits | Int64(index)
            let values = try Self.decode(values: bytes, count: times.count, part: number, path: database.path)
            run.append(times: times, values: values, from: from, through: through)
        }
    }

    /// The chunk's parts that have samples in the range, as far as the file says, not decoded.
    ///
    /// `known` has what was decoded before, under this file's number.
    func parts(
        chunk: Int64, from: Int64, through: Int64, file: UInt64, known: DecodedColumns,
        into found: inout [UndecodedPart], sampleCount: inout SampleEstimate
    ) throws(StoreError) {
        let (parts, end) = try parts(of: chunk)
        guard !parts.isEmpty else { throw .damaged(database.path, "no chunk \(chunk)") }
        for (index, part) in parts.enumerated() {
            let row = try timesRow(part.times)
            guard row.first <= through, row.last >= from else { continue }
            let number = chunk << FinalSchema.partBits | Int64(index)
            let values: UndecodedPart.Column<Double>
            if let decoded = known.values.column(ColumnCache.Key(file: file, column: number)) {
                values = .decoded(decoded)
            } else {
                let partEnd = index + 1 < parts.count ? parts[index + 1].place : end
                guard part.place < partEnd, partEnd <= streamEnd else {
                    throw .damaged(database.path, "chunk \(chunk) is in the bytes from \(part.place) to \(partEnd)")
                }
                values = .encoded(try stream.bytes(part.place..<partEnd))
            }
            let times: UndecodedPart.Column<Int64>
            if let decoded = known.times.column(ColumnCache.Key(file: file, column: part.times)) {
                times = .decoded(decoded)
            } else {
                times = .encoded(try timesBytes(part.times))
            }
            sampleCount.add(row.count, isWhole: row.first >= from && row.last <= through)
            found.append(
                UndecodedPart(
                    path: database.path, day: day, file: file, timesNumber: part.times, times: times,
                    partNumber: number, values: values))
        }
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

    private func timesBytes(_ column: Int64) throws(StoreError) -> [UInt8] {
        try findTimes.bind(1, column)
        defer { findTimes.reset() }
        guard try findTimes.step() else { throw .damaged(database.path, "no times \(column)") }
        return findTimes.bytes(3)
    }

    private func parts(of chunk: Int64) throws(StoreError) -> (parts: [Part], end: Int) {
        if let known = knownParts[chunk] { return known }
        let found = try readParts(of: chunk)
        // What is still being written has no end yet.
        guard streamByteCount != nil else { return found }
        if knownParts.count >= Self.knownLimit { knownParts.removeAll() }
        knownParts[chunk] = found
        return found
    }

    private func readParts(of chunk: Int64) throws(StoreError) -> (parts: [Part], end: Int) {
        guard chunk > 0, chunk < 1 << 48 else { throw .damaged(database.path, "chunk number \(chunk)") }
        try findParts.bind(1, chunk << FinalSchema.partBits)
        defer { findParts.reset() }
        var parts: [Part] = []
        while try findParts.step() {
            let place = Int(findParts.integer(2))
            guard place >= 0 else { throw .damaged(database.path, "chunk \(chunk) begins at \(place)") }
            guard findParts.integer(0) >> FinalSchema.partBits == chunk else { return (parts, place) }
            parts.append(Part(times: findParts.integer(1), place: place))
        }
        return (parts, streamEnd)
    }

    private var streamEnd: Int { streamByteCount ?? stream.byteCount }

    /// The times of a column.
    func times(column: Int64) throws(StoreError) -> [Int64] {
        if let known = recentTimes.last(where: { $0.column == column }) { return known.times }
        try findTimes.bind(1, column)
        defer { findTimes.reset() }
        guard try findTimes.step() else { throw .damaged(database.path, "no times \(column)") }
        let times = try Self.decode(times: findTimes.bytes(3), number: column, day: day, path: database.path)
        recentTimes.append((column, times))
        if recentTimes.count > Self.recentLimit { recentTimes.removeFirst() }
        return times
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

    /// The values of a part that has `count` times.
    static func decode(values bytes: [UInt8], count: Int, part: Int64, path: String) throws(StoreError) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(count)
        try decode(bytes, "chunk \(part >> FinalSchema.partBits)", path) { bytes throws(ChunkError) in
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
