package import RemoteWrite

/// One request as it goes to a target.
package struct RelayOutgoing: Sendable {
    package let format: WireFormat
    /// Nil where it is the format's own; a body passed on unchanged keeps the one it came with.
    package let contentType: String?
    /// Which record of the target's ring it is, for a hub.
    package let records: RecordsHeader?
    /// The hubs it has passed.
    package let via: String
    /// 0 for the first try, sent as `Retry-Attempt` from 1 on.
    package let retry: Int
    package let body: [UInt8]
}
