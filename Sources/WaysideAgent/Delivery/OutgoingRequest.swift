internal import RemoteWrite

/// One request as it goes out: the compressed message and what its headers say.
struct OutgoingRequest: Sendable {
    let format: WireFormat
    /// Which records it holds, for a hub.
    let records: RecordsHeader?
    /// 0 for the first try of this part, sent as `Retry-Attempt` from 1 on.
    let retry: Int
    let body: [UInt8]
}
