import MetricModel
import RemoteWrite

/// A request of remote write as it came.
struct ReceivedMessage: Sendable {
    /// By lower-case name.
    let headers: [String: String]
    let body: [UInt8]

    /// What it holds.
    static func decode(
        _ headers: [String: String], _ body: [UInt8]
    ) throws -> (columns: SampleColumns, format: WireFormat) {
        let format = try WireFormat.negotiate(
            contentType: headers["content-type"], contentEncoding: headers["content-encoding"])
        var message: [UInt8] = []
        var columns = SampleColumns()
        try SnappyBlock.decompress(body, byteLimit: 64 << 20, into: &message)
        switch format {
        case .writeRequest1: _ = try WriteRequest1.decode(message, limits: DecodeLimits(), into: &columns)
        case .writeRequest2: _ = try WriteRequest2.decode(message, limits: DecodeLimits(), into: &columns)
        }
        return (columns, format)
    }
}
