package import MetricModel

/// Remote read's message `prometheus.ReadResponse`, in both directions: for each query the series with their samples.
///
/// A `QueryResult` has its series under the number and in the form that a 1.0 write request has them, so both are read
/// and written by the same code. Source: prometheus `prompb/remote.proto`.
package enum ReadResponse {
    /// The message for the results of the queries in their order, uncompressed.
    package static func encode(_ results: [SampleColumns]) -> [UInt8] {
        var message = ProtobufWriter()
        var body: [UInt8] = []
        for result in results {
            WriteRequest1.encode(result, into: &body)
            body.withUnsafeBytes { message.field(0x0a, $0) }
        }
        return Array(message.bytes)
    }

    /// Hands each query's columns to `take`, in the order of the queries. The limits hold for each result.
    package static func decode(
        _ bytes: [UInt8], limits: DecodeLimits, take: (inout SampleColumns) -> Void
    ) throws(RemoteReadError) -> ReadCounts {
        var limits = limits
        limits.namesOf1 = .utf8
        let allowed = limits
        let result: Result<ReadCounts, RemoteWriteError> = bytes.withUnsafeBytes { raw in
            do throws(RemoteWriteError) { return .success(try decode(raw, allowed, take)) } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let counts): return counts
        case .failure(let error): throw .message(error)
        }
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, _ limits: DecodeLimits, _ take: (inout SampleColumns) -> Void
    ) throws(RemoteWriteError) -> ReadCounts {
        var counts = ReadCounts()
        var columns = SampleColumns()
        var reader = ProtobufReader(bytes)
        while !reader.isAtEnd {
            let tag = try reader.tag()
            guard tag.field == 1 else {
                try reader.skip(tag)
                continue
            }
            try reader.expect(tag, WireType.lengthDelimited)
            let range = try reader.lengthDelimited()
            counts.add(
                try WriteRequest1.decode(UnsafeRawBufferPointer(rebasing: bytes[range]), limits: limits, into: &columns)
            )
            take(&columns)
        }
        return counts
    }
}
