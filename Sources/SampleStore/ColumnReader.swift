internal import SampleCodec

/// Reads the columns of a final file.
final class ColumnReader {
    /// A file may have been written with a higher limit than is set now.
    static let sampleLimit = 1 << 20
    private static let recentLimit = 4

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
            var values: [Double] = []
            values.reserveCapacity(times.count)
            try decode(bytes, "chunk \(chunk)") { bytes throws(ChunkError) in
                try SampleCodec.decode(values: bytes, count: times.count, into: &values)
            }
            run.append(times: times, values: values, from: from, through: through)
        }
    }

    private func parts(of chunk: Int64) throws(StoreError) -> (parts: [Part], end: Int) {
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
