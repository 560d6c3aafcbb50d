package import MetricModel

/// Remote write 2.0's message `io.prometheus.write.v2.Request`, in both directions.
///
/// Source: prometheus/docs `remote_write_spec_2_0.md` 2.0-rc.4 and prometheus `prompb/io/prometheus/write/v2/types.proto`
/// (start timestamps stand beside each sample).
package enum WriteRequest2 {
    /// Replaces `output` by the message for `columns`, uncompressed.
    ///
    /// - Parameters:
    ///   - samples: which entries of the sample columns to send, for a request split into parts; nil for all. Rows
    ///     without one of them are left out.
    ///   - metadata: what to say of each row's family.
    package static func encode(
        _ columns: borrowing SampleColumns, samples: Range<Int>? = nil, metadata: MetadataDetail = .type,
        into output: inout [UInt8]
    ) {
        var encoder = WriteRequest2Encoder(detail: metadata, families: columns.families)
        encoder.encode(columns, samples: samples ?? 0..<columns.sampleCount)
        encoder.finish(into: &output)
    }

    /// Replaces `columns` by what the uncompressed message holds and says what was not taken.
    ///
    /// After an error the columns are empty. Families have no name of their own: they are the rows'.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits, into columns: inout SampleColumns
    ) throws(RemoteWriteError) -> DecodedCounts {
        var decoder = WriteRequest2Decoder(bytes: bytes, columns: columns, limits: limits)
        columns = SampleColumns()
        try decoder.decode()
        let result = decoder.finish()
        columns = result.columns
        return result.counts
    }

    /// `decode` for an array.
    package static func decode(
        _ bytes: [UInt8], limits: DecodeLimits, into columns: inout SampleColumns
    ) throws(RemoteWriteError) -> DecodedCounts {
        // The closure cannot carry a typed error through `withUnsafeBytes`, so it hands one out.
        let result: Result<DecodedCounts, RemoteWriteError> = bytes.withUnsafeBytes { raw in
            do throws(RemoteWriteError) {
                return .success(try decode(raw, limits: limits, into: &columns))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
