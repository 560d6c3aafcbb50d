/// A handler's answer made ready for the wire, away from the event loop: compressed where that is wanted.
struct HTTPPreparedAnswer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        case stream(HTTPBodyStream, isCompressed: Bool)
    }

    var status: HTTPStatus
    var headers: HTTPHeaders
    var body: Body

    init(_ response: HTTPResponse, terms: HTTPAnswerTerms, gzipMinimumByteCount: Int) {
        status = response.status
        headers = response.headers
        let mayCompress =
            terms.acceptsGzip && !response.status.hasNoBody && response.headers["Content-Encoding"] == nil
        switch response.body {
        case .bytes(let bytes):
            let isCompressed = mayCompress && bytes.count >= gzipMinimumByteCount
            // Compressed for HEAD as well: its Content-Length must be what GET would say.
            body = .bytes(isCompressed ? Gzip.compress(bytes) : bytes)
            if isCompressed { declareGzip() }
        case .stream(let stream):
            body = .stream(stream, isCompressed: mayCompress)
            if mayCompress { declareGzip() }
        }
    }

    private mutating func declareGzip() {
        headers.set("Content-Encoding", "gzip")
        headers.add("Vary", "Accept-Encoding")
    }
}
