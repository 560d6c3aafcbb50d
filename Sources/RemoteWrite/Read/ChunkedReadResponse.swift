package import MetricModel

/// Remote read's streamed answer: frames, each a message `prometheus.ChunkedReadResponse` with chunks of series.
///
/// A frame is the message's byte count (varint), its CRC32C (big-endian, four bytes) and the message
/// {1 series {1 label, 2 chunk {1 least ms, 2 greatest ms, 3 encoding, 4 bytes}}, 2 query}. A series with many chunks
/// comes in several frames. Source: prometheus `prompb/remote.proto`, `storage/remote/chunked.go`.
package enum ChunkedReadResponse {
    /// Prometheus's own readers take no larger frame by default (`DefaultChunkedReadLimit`).
    package static let frameByteLimit = 50 << 20

    /// Replaces `columns` by the samples within the range that the chunks hold; a chunk's others are left out, for the
    /// answerer sends whole chunks. `crc32c` continues a checksum.
    package static func decode(
        _ bytes: [UInt8], from: Int64, through: Int64, limits: DecodeLimits, into columns: inout SampleColumns,
        crc32c: (UnsafeRawBufferPointer) -> UInt32
    ) throws(RemoteReadError) -> ReadCounts {
        let result: Result<ReadCounts, RemoteReadError> = bytes.withUnsafeBytes { raw in
            do throws(RemoteReadError) {
                var decoder = ChunkedReadDecoder(
                    bytes: raw, columns: columns, limits: limits, range: from <= through ? from...through : nil)
                columns = SampleColumns()
                while try decoder.takeFrame(crc32c) {}
                let counts = decoder.counts
                columns = decoder.finish()
                return .success(counts)
            } catch { return .failure(error) }
        }
        return try result.get()
    }
}
