internal import NIOCore
internal import NIOHTTP1
internal import TLSTransport

/// A request on its way and what has come back so far.
struct HTTPClientExchange {
    /// How an exchange ended well.
    struct Outcome: Sendable {
        let reply: HTTPReply
        /// Whether the connection can carry another request.
        let isReusable: Bool
    }

    let head: HTTPRequestHead
    let body: ByteBuffer
    /// For errors.
    let destination: String
    /// What the connection is secured with.
    let tls: ReloadingTLSContext?
    /// Whether the connection had carried a request before.
    let isReused: Bool
    let replyByteLimit: Int
    let promise: EventLoopPromise<Outcome>

    var hasSentAll = false
    var replyHead: HTTPResponseHead?
    var replyBody: [UInt8] = []

    /// What a close at this point means.
    var closeError: HTTPClientError {
        isReused && replyHead == nil
            ? .staleConnection(destination: destination) : .closed(destination: destination)
    }

    /// What a person reads about a TLS failure.
    func explain(_ error: TLSConnectionError) -> String {
        tls?.explain(error, peer: destination) ?? "TLS with \(destination): \(error)"
    }

    /// Takes the reply's head; refuses a body that is declared too large.
    mutating func receive(_ head: HTTPResponseHead) throws(HTTPClientError) {
        replyHead = head
        guard let declared = head.headers.first(name: "Content-Length").flatMap({ Int($0) }) else { return }
        guard declared <= replyByteLimit || self.head.method == .HEAD else {
            throw .replyTooLarge(destination: destination, byteLimit: replyByteLimit)
        }
        replyBody.reserveCapacity(max(0, min(declared, 64 << 10)))
    }

    mutating func receive(_ bytes: ByteBuffer) throws(HTTPClientError) {
        guard replyBody.count + bytes.readableBytes <= replyByteLimit else {
            throw .replyTooLarge(destination: destination, byteLimit: replyByteLimit)
        }
        replyBody.append(contentsOf: bytes.readableBytesView)
    }

    /// The whole reply, once its end has come.
    func outcome() throws(HTTPClientError) -> Outcome {
        guard let replyHead, (100...599).contains(Int(replyHead.status.code)) else {
            throw .malformedReply(destination: destination, reason: "its status code is out of range")
        }
        let reply = HTTPReply(
            status: HTTPStatus(Int(replyHead.status.code)),
            headers: HTTPHeaders(replyHead.headers.map { ($0.name, $0.value) }), body: replyBody)
        // A server that answers before it has read the whole request does not want the rest of it.
        return Outcome(reply: reply, isReusable: replyHead.isKeepAlive && hasSentAll)
    }
}
