package import MetricModel

/// Remote write 1.0's message `prometheus.WriteRequest`, in both directions.
///
/// Source: prometheus/docs `remote_write_spec.md` 1.0; fields 3 of the request (metadata) and 3 and 4 of a series
/// (exemplars, native histograms) are Prometheus's additions (`prompb/types.proto`).
package enum WriteRequest1 {
    /// Replaces `output` by the message for `columns`, uncompressed.
    ///
    /// - Parameters:
    ///   - samples: which entries of the sample columns to send, for a request split into parts; nil for all. Rows
    ///     without one of them are left out.
    ///   - metadata: whether `columns.families` that have a name go with it. 1.0 has no place for a type without help,
    ///     and sends families apart from the series.
    package static func encode(
        _ columns: borrowing SampleColumns, samples: Range<Int>? = nil, metadata: MetadataDetail = .none,
        into output: inout [UInt8]
    ) {
        var encoder = WriteRequest1Encoder(expecting: columns)
        encoder.encode(columns, samples: samples ?? 0..<columns.sampleCount)
        if metadata != .none { encoder.encode(families: columns.families, detail: metadata) }
        encoder.finish(into: &output)
    }

    /// Replaces `columns` by what the uncompressed message holds and says what was not taken.
    ///
    /// Unsorted labels are sorted and labels with empty values left out, as Prometheus does; see DESIGN.md.
    /// After an error the columns are empty. Rows have no family: 1.0's metadata stands in `columns.families` with
    /// the families' names.
    package static func decode(
        _ bytes: UnsafeRawBufferPointer, limits: DecodeLimits, into columns: inout SampleColumns
    ) throws(RemoteWriteError) -> DecodedCounts {
        var decoder = WriteRequest1Decoder(bytes: bytes, columns: columns, limits: limits)
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
