/// Timestamps and values of one series ↔ the bytes of a chunk, bit for bit. Layout and figures in DESIGN.md.
///
/// A chunk is a column of times and a column of values behind a byte for the version and the kind. Whoever keeps one
/// column of times for many series codes the columns apart.
package enum SampleCodec {
    /// The version of the layout of chunks and of their columns.
    package static let version = ChunkHeader.version

    /// Encodes the samples of one series in strictly ascending time, at least one.
    package static func encode(
        _ unixMilliseconds: ArraySlice<Int64>, _ values: ArraySlice<Double>, effort: CodecEffort,
        hint: inout TickHint
    ) -> [UInt8] {
        precondition(unixMilliseconds.count == values.count, "a sample has a time and a value")
        return [ChunkHeader.version << 4 | ChunkKind.float.rawValue]
            + encode(times: unixMilliseconds, effort: effort) + encode(values: values, effort: effort, hint: &hint)
    }

    /// Encodes with little effort, for chunks that will be coded again.
    package static func encode(_ unixMilliseconds: [Int64], _ values: [Double]) -> [UInt8] {
        var hint = TickHint()
        return encode(unixMilliseconds[...], values[...], effort: .quick, hint: &hint)
    }

    /// Encodes strictly ascending times, at least one.
    package static func encode(times: ArraySlice<Int64>, effort: CodecEffort) -> [UInt8] {
        precondition(!times.isEmpty, "a chunk has samples")
        return times.withUnsafeBufferPointer { TimeColumn.encode($0, effort) }
    }

    /// Encodes values, at least one. Equal values have equal bytes, if they were coded with the same effort and hint.
    package static func encode(values: ArraySlice<Double>, effort: CodecEffort, hint: inout TickHint) -> [UInt8] {
        precondition(!values.isEmpty, "a chunk has samples")
        return values.withUnsafeBufferPointer { ValueColumn.encode($0, effort, &hint) }
    }

    /// Decodes a chunk of at most `sampleLimit` samples and appends them to both columns, which are left as they were
    /// on an error. Safe on any bytes; the times it gives ascend strictly.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, sampleLimit: Int, into unixMilliseconds: inout [Int64],
        _ values: inout [Double]
    ) throws(ChunkError) {
        let header = try ChunkHeader(bytes, sampleLimit: sampleLimit)
        let timeCount = unixMilliseconds.count
        try decode(header.times, of: bytes, into: &unixMilliseconds)
        do throws(ChunkError) {
            let column = UnsafeRawBufferPointer(rebasing: bytes[header.times.range.upperBound...])
            try decode(values: column, count: header.sampleCount, into: &values)
        } catch {
            unixMilliseconds.removeSubrange(timeCount...)
            throw error
        }
    }

    /// Decodes a column of times that was read from the same bytes and appends them, or leaves `times` as it was.
    package static func decode(
        _ column: TimeColumn, of bytes: UnsafeRawBufferPointer, into times: inout [Int64]
    ) throws(ChunkError) {
        let start = times.count
        times.append(contentsOf: repeatElement(0, count: column.sampleCount))
        let result = times.withUnsafeMutableBufferPointer { all in
            Result { () throws(ChunkError) in
                try column.decode(bytes, into: UnsafeMutableBufferPointer(rebasing: all[start...]))
            }
        }
        if case .failure(let error) = result {
            times.removeSubrange(start...)
            throw error
        }
    }

    /// Decodes `count` values, which the caller bounds, and appends them, or leaves `values` as it was. Safe on any
    /// bytes.
    package static func decode(
        values bytes: UnsafeRawBufferPointer, count: Int, into values: inout [Double]
    ) throws(ChunkError) {
        precondition(count > 0, "a chunk has samples")
        let start = values.count
        values.append(contentsOf: repeatElement(0, count: count))
        let result = values.withUnsafeMutableBytes { all in
            Result { () throws(ChunkError) in
                try ValueColumn.decode(
                    bytes, at: 0, into: UnsafeMutableRawBufferPointer(rebasing: all[(start * 8)...]))
            }
        }
        if case .failure(let error) = result {
            values.removeSubrange(start...)
            throw error
        }
    }
}

extension SampleCodec {
    /// The form of a column of values in words, for people: its shape and its scaling.
    package static func form(ofValues column: [UInt8]) -> String {
        guard let flags = column.first, let shape = ColumnShape(rawValue: flags & 7),
            let kind = ValueScaling.Kind(rawValue: flags >> 4 & 7)
        else { return "unknown" }
        return "\(shape)" + (flags & 8 != 0 ? " in context" : "") + ", \(kind)"
    }
}
