internal import NIOCore
internal import NIOHTTP1
internal import TLSTransport

/// A request while it arrives: its head has been accepted, its body is being collected within the route's limit.
struct HTTPRequestAssembly {
    private(set) var request: HTTPRequest
    /// What will answer it.
    let match: HTTPRouter.Match
    let answer: HTTPAnswerTerms
    private let bodyByteLimit: Int

    /// Whether the peer waits for a 100 before it sends the body.
    let expectsContinue: Bool

    /// Accepts or refuses a request by its head alone.
    init(
        _ head: HTTPRequestHead, router: HTTPRouter, limits: HTTPServerLimits, remoteAddress: String,
        peer: TLSPeer?
    ) throws(HTTPRefusal) {
        let headers = HTTPHeaders(head.headers.map { ($0.name, $0.value) })
        let method = HTTPMethod(rawValue: head.method.rawValue)
        request = HTTPRequest(
            method: method, target: head.uri, headers: headers, remoteAddress: remoteAddress, peer: peer)
        match = router.match(method, target: head.uri)
        let isVersion11 = head.version.major == 1 && head.version.minor >= 1
        let hosts = headers.values("Host").count
        // RFC 9112, 3.2: a server must refuse a 1.1 request without Host, or with several.
        guard hosts == 1 || (hosts == 0 && !isVersion11) else {
            throw .malformed(hosts == 0 ? "it has no Host field" : "it has several Host fields")
        }
        if let expectation = headers["Expect"], isVersion11 {
            guard HTTPHeaders.isSame(expectation, "100-continue") else { throw .unknownExpectation(expectation) }
            expectsContinue = true
        } else {
            expectsContinue = false
        }
        var pattern: String?
        var limit = limits.bodyByteLimit
        switch match {
        case .found(let route, let parameters):
            request.parameters = parameters
            pattern = route.pattern
            limit = route.bodyByteLimit ?? limit
        case .otherMethods(_, let otherPattern): pattern = otherPattern
        case .nothing: break
        }
        bodyByteLimit = limit
        answer = HTTPAnswerTerms(
            method: method, endpoint: pattern, keepsAlive: head.isKeepAlive, isVersion11: isVersion11,
            acceptsGzip: HTTPAnswerTerms.acceptsGzip(headers))
        if let declared = headers["Content-Length"].flatMap({ Int($0) }) {
            guard declared <= limit else { throw .bodyTooLarge(byteLimit: limit) }
            // What is declared may never come, so only part of it is reserved.
            request.body.reserveCapacity(min(declared, 64 << 10))
        }
    }

    /// Notes whose request it has turned out to be.
    mutating func admit(user: String?) { request.user = user }

    mutating func append(_ bytes: ByteBuffer) throws(HTTPRefusal) {
        guard request.body.count + bytes.readableBytes <= bodyByteLimit else {
            throw .bodyTooLarge(byteLimit: bodyByteLimit)
        }
        request.body.append(contentsOf: bytes.readableBytesView)
    }
}
