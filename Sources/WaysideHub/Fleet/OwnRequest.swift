internal import MetricModel
internal import RemoteWrite
internal import SampleStore

/// What the hub writes into its own store: a remote-write request like any other, so that the log has it.
enum OwnRequest {
    /// The sender under which it is counted.
    static let sender = "wayside-hub"

    /// A request that holds `columns`, received at `now`.
    static func request(_ columns: SampleColumns, at now: Int64) throws(RemoteWriteError) -> ReceivedRequest {
        var message: [UInt8] = []
        WriteRequest1.encode(columns, into: &message)
        var body: [UInt8] = []
        try SnappyBlock.compress(message, into: &body)
        return ReceivedRequest(
            contentType: WireFormat.writeRequest1.contentType, contentEncoding: "snappy",
            protocolVersion: WireFormat.writeRequest1.version, sender: sender, receivedUnixMilliseconds: now,
            body: body)
    }
}
