package import TLSTransport

/// A request as a handler sees it: read whole, within the limits.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// The request target as it was sent: `/api/v1/query?query=up`.
    package var target: String
    /// The target's path, percent-decoded.
    package var path: String
    /// The target's query, decoded.
    package var query: HTTPFields
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The peer's `address:port`, or `unix` for a Unix socket.
    package var remoteAddress: String
    /// The client as its certificate names it, which our authorities have signed; nil where it has shown none.
    package var peer: TLSPeer?
    /// Whose credentials it carries, where the server asks for some (`HTTPAccess`) and has found them right.
    package var user: String?
    /// Whether anybody still waits for the answer.
    package var departure = HTTPDeparture()
    /// The values of the route pattern's `{name}` parts, percent-decoded.
    package var parameters: [String: String] = [:]

    package init(
        method: HTTPMethod, target: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
        remoteAddress: String = "", peer: TLSPeer? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.peer = peer
        let rawPath = HTTPRequest.rawPath(of: target)
        path = PercentCoding.decode(rawPath)
        let rest = target[rawPath.endIndex...].drop { $0 != "?" }
        // The header limit bounds the target, so the number of fields needs no smaller one.
        query = HTTPFields(decoding: rest.dropFirst(), fieldLimit: .max) ?? HTTPFields()
    }

    /// The query's fields behind those of the body, where that is a form (`application/x-www-form-urlencoded`): the
    /// Prometheus API takes its parameters in either. The body of a GET means nothing (RFC 9110, 9.3.1), whatever it holds.
    /// Nil when the form has more than `fieldLimit` fields.
    package func formFields(fieldLimit: Int = 10_000) -> HTTPFields? {
        guard method != .get, method != .head, headers.mediaType == "application/x-www-form-urlencoded" else {
            return query
        }
        let text = String(decoding: body, as: UTF8.self)
        guard let form = HTTPFields(decoding: text[...], fieldLimit: fieldLimit) else { return nil }
        return HTTPFields(form.fields + query.fields)
    }

    /// The part of a target before its query, without scheme and host where a proxy sent them.
    static func rawPath(of target: String) -> Substring {
        var rest = target[...]
        for scheme in ["http://", "https://"] where target.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        }
        return rest.prefix { $0 != "?" && $0 != "#" }
    }
}
