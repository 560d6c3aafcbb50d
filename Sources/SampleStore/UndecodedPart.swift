internal import SampleCodec

/// A part of a series in a day's final form, read from the file and, unless it was known, not decoded yet.
struct UndecodedPart: Sendable {
    enum Column<Element: Sendable>: Sendable {
        case decoded([Element])
        case encoded([UInt8])
    }

    /// Values in so few bytes are equal, or in equal steps: decoding them costs no more than copying.
    private static let cheapByteCount = 24

    let path: String
    let day: CalendarDay
    let file: UInt64
    /// Of the row in `time_columns`.
    let timesNumber: Int64
    let times: Column<Int64>
    /// Of the row in `chunks`.
    let partNumber: Int64
    let values: Column<Double>

    /// Adds the samples in the range.
    func collect(
        from: Int64, through: Int64, into run: inout SampleRun, _ cache: DecodedColumns
    ) throws(StoreError) {
        let times = try decodedTimes(cache)
        run.append(times: times, values: try decodedValues(times.count, cache), from: from, through: through)
    }

    private func decodedTimes(_ cache: DecodedColumns) throws(StoreError) -> [Int64] {
        let bytes: [UInt8]
        switch times {
        case .decoded(let times): return times
        case .encoded(let encoded): bytes = encoded
        }
        // Another series of the same query may have been here meanwhile.
        let key = ColumnCache<Int64>.Key(file: file, column: timesNumber)
        if let known = cache.times.column(key) { return known }
        let decoded = try ColumnReader.decode(times: bytes, number: timesNumber, day: day, path: path)
        cache.times.insert(decoded, for: key)
        return decoded
    }

    private func decodedValues(_ count: Int, _ cache: DecodedColumns) throws(StoreError) -> [Double] {
        let bytes: [UInt8]
        switch values {
        case .decoded(let values): return values
        case .encoded(let encoded): bytes = encoded
        }
        let decoded = try ColumnReader.decode(values: bytes, count: count, part: partNumber, path: path)
        if bytes.count > Self.cheapByteCount {
            cache.values.insert(decoded, for: ColumnCache.Key(file: file, column: partNumber))
        }
        return decoded
    }
}
