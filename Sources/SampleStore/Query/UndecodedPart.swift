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
    /// How many times the file says there are.
    let count: Int
    let timesKey: ColumnKey
    let times: Column<Int64>
    let valuesKey: ColumnKey
    let values: Column<Double>

    /// Adds the samples in the range.
    func collect(
        from: Int64, through: Int64, into run: inout SampleRun, _ cache: DecodedColumns
    ) throws(StoreError) {
        let times = try decodedTimes(cache)
        guard times.count == count else {
            throw .damaged(path, "times \(timesKey.column) are \(times.count), not \(count)")
        }
        run.append(times: times, values: try decodedValues(cache), from: from, through: through)
    }

    private func decodedTimes(_ cache: DecodedColumns) throws(StoreError) -> [Int64] {
        let bytes: [UInt8]
        switch times {
        case .decoded(let times): return times
        case .encoded(let encoded): bytes = encoded
        }
        // Another series of the same query may have been here meanwhile.
        if let known = cache.times.column(timesKey) { return known }
        let decoded = try ColumnReader.decode(times: bytes, number: Int64(timesKey.column), day: day, path: path)
        cache.times.insert(decoded, for: timesKey)
        return decoded
    }

    private func decodedValues(_ cache: DecodedColumns) throws(StoreError) -> [Double] {
        let bytes: [UInt8]
        switch values {
        case .decoded(let values): return values
        case .encoded(let encoded): bytes = encoded
        }
        let decoded = try ColumnReader.decode(values: bytes, at: valuesKey.column, count: count, path: path)
        if bytes.count > Self.cheapByteCount { cache.values.insert(decoded, for: valuesKey) }
        return decoded
    }
}
