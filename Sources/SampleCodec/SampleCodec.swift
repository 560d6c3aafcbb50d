/// Timestamps and values of one series ↔ the bytes of a chunk, bit for bit. Layout and figures in DESIGN.md.
package enum SampleCodec {
    /// Encodes the samples of one series in strictly ascending time, at least one.
    package static func encode(_ unixMilliseconds: ArraySlice<Int64>, _ values: ArraySlice<Double>) -> [UInt8] {
        precondition(unixMilliseconds.count == values.count && !values.isEmpty, "a chunk has samples")
        return ChunkEncoder(unixMilliseconds, values).encode()
    }

    package static func encode(_ unixMilliseconds: [Int64], _ values: [Double]) -> [UInt8] {
        encode(unixMilliseconds[...], values[...])
    }

    /// Decodes a chunk of at most `sampleLimit` samples and appends them to both columns, which are left as they were
    /// on an error. Safe on any bytes; the times it gives ascend strictly.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, sampleLimit: Int, into unixMilliseconds: inout [Int64],
        _ values: inout [Double]
    ) throws(ChunkError) {
        let header = try ChunkHeader(bytes, sampleLimit: sampleLimit)
        let timeCount = unixMilliseconds.count
        let valueCount = values.count
        do throws(ChunkError) {
            var decoder = try ChunkDecoder(header, bytes)
            try decoder.appendTimes(to: &unixMilliseconds)
            decoder.appendValues(to: &values)
        } catch {
            unixMilliseconds.removeSubrange(timeCount...)
            values.removeSubrange(valueCount...)
            throw error
        }
    }
}
