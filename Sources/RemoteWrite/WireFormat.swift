/// Which message a request's body holds, as its headers say.
///
/// Source: remote write 2.0, "Protocol" and "Content-Type".
package enum WireFormat: Sendable, Hashable, CaseIterable {
    case writeRequest1
    case writeRequest2

    /// Why a receiver answers 415.
    package enum Unsupported: Error, Hashable, Sendable {
        case contentType(String)
        case contentEncoding(String)
    }

    /// The longest Content-Type that is looked at; it is kept and passed on with the body.
    private static let contentTypeByteLimit = 1024

    /// The format that a request's headers name.
    ///
    /// A missing Content-Type or Content-Encoding means 1.0 and Snappy, for old senders that leave them out
    /// (Prometheus's receiver reads them so too). Media types and parameter names are compared without case (RFC 9110
    /// §8.3.1), the message's name with it.
    package static func negotiate(contentType: String?, contentEncoding: String?) throws(Unsupported) -> WireFormat {
        if let contentEncoding, !HeaderText.equal(HeaderText.trim(contentEncoding[...]), "snappy") {
            throw Unsupported.contentEncoding(contentEncoding)
        }
        guard let contentType else { return .writeRequest1 }
        guard contentType.utf8.count <= contentTypeByteLimit else {
            throw Unsupported.contentType("\(contentType.prefix(64))…, \(contentType.utf8.count) bytes long")
        }
        let parts = contentType.split(separator: ";", omittingEmptySubsequences: false).map(HeaderText.trim)
        guard let media = parts.first, HeaderText.equal(media, "application/x-protobuf") else {
            throw Unsupported.contentType(contentType)
        }
        var format = WireFormat.writeRequest1
        for parameter in parts.dropFirst() {
            guard let (name, value) = HeaderText.pair(parameter), HeaderText.equal(name, "proto") else { continue }
            switch HeaderText.unquote(value) {
            case "prometheus.WriteRequest": format = .writeRequest1
            case "io.prometheus.write.v2.Request": format = .writeRequest2
            default: throw Unsupported.contentType(contentType)
            }
        }
        return format
    }

    /// The Content-Type to send. 1.0 goes without a parameter, which old receivers compare with letter by letter.
    package var contentType: String {
        switch self {
        case .writeRequest1: "application/x-protobuf"
        case .writeRequest2: "application/x-protobuf;proto=io.prometheus.write.v2.Request"
        }
    }

    /// The value of `X-Prometheus-Remote-Write-Version`.
    package var version: String {
        switch self {
        case .writeRequest1: "0.1.0"
        case .writeRequest2: "2.0.0"
        }
    }

    /// The headers that a request in this format must have beside User-Agent; users cannot set them.
    package var requestHeaders: [(name: String, value: String)] {
        [
            ("Content-Encoding", "snappy"), ("Content-Type", contentType),
            ("X-Prometheus-Remote-Write-Version", version),
        ]
    }

    /// Names that a custom header may not have, in lower case.
    package static let reservedHeaderNames: Set<String> = [
        "content-encoding", "content-type", "content-length", "user-agent", "x-prometheus-remote-write-version",
        "wayside-records",
    ]
}
