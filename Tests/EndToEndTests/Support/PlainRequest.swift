import HTTPExchange
import MetricModel
import RemoteWrite
import TestPeers

/// A request of remote write as a sender without a name posts it.
struct PlainRequest {
    let headers: HTTPHeaders
    let body: [UInt8]

    init(
        _ columns: SampleColumns, metadata: MetadataDetail = .none, as format: WireFormat = .writeRequest1
    ) throws {
        var message: [UInt8] = []
        switch format {
        case .writeRequest1: WriteRequest1.encode(columns, metadata: metadata, into: &message)
        case .writeRequest2: WriteRequest2.encode(columns, metadata: metadata, into: &message)
        }
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        self.body = body
        headers = HTTPHeaders(format.requestHeaders.map { ($0.name, $0.value) })
    }

    /// Posts it once; anything but 2xx is an error that shows the answer.
    func post(to url: String) async throws {
        let reply = try await Web.shared.post(url, headers: headers, body: body)
        guard reply.status.code / 100 == 2 else {
            throw PeerError("\(reply.status.code): \(String(decoding: reply.body, as: UTF8.self))")
        }
    }

    /// `seriesCount` series of a metric with samples every `stepMilliseconds`, none of which is like another.
    static func noise(
        _ metric: String, seriesCount: Int, sampleCount: Int, from first: Int64, stepMilliseconds: Int64
    ) -> SampleColumns {
        var columns = SampleColumns()
        for series in 0..<seriesCount {
            columns.beginRow(packedLabels: (["__name__": metric, "series": "\(series)"] as Labels).packed)
            for index in 0..<sampleCount {
                let place = UInt64(series &* 1_000_000 &+ index)
                let value = Double((place &* 0x9e37_79b9_7f4a_7c15) >> 11) / Double(series + 3)
                columns.append(unixMilliseconds: first + Int64(index) * stepMilliseconds, value: value)
            }
        }
        return columns
    }
}
