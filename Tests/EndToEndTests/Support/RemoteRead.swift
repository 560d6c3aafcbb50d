import HTTPExchange
import MetricModel
import RemoteWrite
import RingLog
import TestPeers

/// All samples of a server by remote read, to the bit.
enum RemoteRead {
    static func samples(
        of base: String, accepted: [ReadAnswerKind] = [.chunks, .samples]
    ) async throws -> (samples: [Labels: [Int64: UInt64]], kind: ReadAnswerKind?) {
        let query = ReadQuery(
            from: 0, through: 4_000_000_000_000, matchers: [ReadMatcher(.matches, "__name__", "plain.*|made.*")])
        var body: [UInt8] = []
        try SnappyBlock.compress(ReadRequest(queries: [query], accepted: accepted).encoded(), into: &body)
        let reply = try await Web.shared.post(
            base + "/api/v1/read",
            headers: [
                "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy",
                "X-Prometheus-Remote-Read-Version": "0.1.0",
            ], body: body)
        guard reply.status == .ok else { throw PeerError("\(base): \(reply.status.code) \(reply.firstLine())") }
        let kind = ReadAnswerKind(contentType: reply.headers["Content-Type"] ?? "")
        var found = SampleColumns()
        if kind == .chunks {
            _ = try ChunkedReadResponse.decode(
                reply.body, from: query.from, through: query.through, limits: DecodeLimits(), into: &found
            ) { Checksum.crc32c($0) }
        } else {
            var message: [UInt8] = []
            try SnappyBlock.decompress(reply.body, byteLimit: 64 << 20, into: &message)
            _ = try ReadResponse.decode(message, limits: DecodeLimits()) { found = $0 }
        }
        var samples: [Labels: [Int64: UInt64]] = [:]
        for row in found.rows {
            let labels = found.labels(of: row)
            for index in row.samples {
                samples[labels, default: [:]][found.unixMilliseconds[index]] = found.values[index].bitPattern
            }
        }
        return (samples, kind)
    }
}
