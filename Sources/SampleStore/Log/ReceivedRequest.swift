/// A remote-write request as it came in: what the log keeps, byte for byte, and what recovery decodes again.
package struct ReceivedRequest: Sendable, Hashable {
    /// The Content-Type header, which names the message; at most 65,535 bytes.
    package let contentType: String
    /// The Content-Encoding header; at most 65,535 bytes.
    package let contentEncoding: String
    /// The X-Prometheus-Remote-Write-Version header, or empty; at most 65,535 bytes.
    package let protocolVersion: String
    /// Who sent it, for limits by sender and the fleet's list; at most 65,535 bytes.
    package let sender: String
    /// What a Wayside agent says the request carries; nil from other senders.
    package let identity: RequestIdentity?
    /// When the hub received it, in milliseconds since 1970; what "too old" and "too far ahead" are measured from.
    package let receivedUnixMilliseconds: Int64
    /// The body as received, still encoded.
    package let body: [UInt8]

    package init(
        contentType: String, contentEncoding: String = "snappy", protocolVersion: String = "", sender: String,
        identity: RequestIdentity? = nil, receivedUnixMilliseconds: Int64, body: [UInt8]
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.protocolVersion = protocolVersion
        self.sender = sender
        self.identity = identity
        self.receivedUnixMilliseconds = receivedUnixMilliseconds
        self.body = body
    }
}
