/// A handler's answer. The server adds `Date`, `Content-Length` or chunked framing, `Connection` and, where the
/// client takes it and the answer is large enough, gzip.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// Chunks as they come; sent with chunked framing, each one written before the next is asked for.
        case stream(HTTPBodyStream)
    }

    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: HTTPStatus = .ok, headers: HTTPHeaders = HTTPHeaders(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(
        status: HTTPStatus = .ok, contentType: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8]
    ) {
        self.init(status: status, headers: headers, body: .bytes(body))
        self.headers.set("Content-Type", contentType)
    }

    /// Plain text; a line end is added.
    package static func text(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
    }

    package static func json(_ body: [UInt8], status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: body)
    }
}
