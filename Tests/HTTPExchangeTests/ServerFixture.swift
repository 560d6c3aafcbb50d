import HTTPExchange
import Synchronization
import TLSTransport
import Testing

/// A server on a free port with routes that show what it does.
final class ServerFixture: Sendable {
    let loops = HTTPEventLoops()
    let server: HTTPServer
    let metrics = HTTPMetrics()
    let gate = Gate()
    /// What the bodies of `/endless` hold.
    let streams = StreamCounts()
    let port: Int

    init(
        limits: HTTPServerLimits = HTTPServerLimits(), address: HTTPAddress = .tcp(host: "127.0.0.1", port: 0),
        tls: ReloadingTLSContext? = nil, access: (any HTTPAccess)? = nil
    )
        async throws
    {
        let (metrics, gate, streams) = (metrics, gate, streams)
        var router = HTTPRouter()
        router.get("/user") { request in .text(request.user ?? "nobody") }
        router.get("/hello") { _ in .text("hello") }
        router.post("/echo", bodyByteLimit: 1000) { request in
            HTTPResponse(contentType: "application/octet-stream", body: request.body)
        }
        router.post("/length", bodyByteLimit: 50 << 20) { request in .text(String(request.body.count)) }
        router.get("/show/{name}") { request in
            .text("\(request.parameters["name"] ?? "") \(request.query.values("match[]")) \(request.remoteAddress)")
        }
        router.get("/large") { _ in
            HTTPResponse(contentType: "text/plain", body: [UInt8](repeating: 97, count: 3_000_000))
        }
        router.get("/stream") { request in
            let left = Mutex(Int(request.query["count"] ?? "") ?? 5)
            let fails = request.query["fail"] != nil
            return HTTPResponse(
                headers: ["Content-Type": "text/plain"],
                body: .stream(
                    HTTPBodyStream {
                        let number = left.withLock { left in
                            left -= 1
                            return left
                        }
                        if number < 0, fails { throw Broken() }
                        return number < 0 ? nil : Array("piece \(number)\n".utf8)
                    }))
        }
        router.get("/stall") { _ in
            let hasBegun = Mutex(false)
            return HTTPResponse(
                body: .stream(
                    HTTPBodyStream {
                        let isSecond = hasBegun.withLock { hasBegun in
                            defer { hasBegun = true }
                            return hasBegun
                        }
                        if isSecond { await gate.wait() }
                        return isSecond ? nil : Array("first\n".utf8)
                    }))
        }
        router.get("/endless") { _ in
            let owner = StreamOwner(streams)
            return HTTPResponse(body: .stream(HTTPBodyStream { owner.piece() }))
        }
        router.get("/wait") { _ in
            await gate.wait()
            return .text("waited")
        }
        router.get("/inject") { _ in
            HTTPResponse(headers: ["X-A": "a\r\nX-B: b", "X C": "1", "Content-Length": "7"], body: .bytes([65]))
        }
        router.get("/peer") { request in
            guard let peer = request.peer else { return .text("unknown") }
            return .text("\(peer.commonName ?? "-") \(peer.dnsNames) \(peer.uris)")
        }
        router.get("/none") { _ in HTTPResponse(status: .noContent) }
        server = try await HTTPServer.start(
            address, router: router, limits: limits, loops: loops, tls: tls, access: access,
            record: { metrics.record(method: $0, endpoint: $1, status: $2, seconds: $3) })
        if case .tcp(_, let port) = server.boundAddress { self.port = port } else { port = 0 }
    }

    struct Broken: Error {}

    func stop() async {
        gate.open()
        await server.stop(within: .seconds(5))
        await loops.shutdown()
    }

    /// Sends `text` on a fresh connection and answers all that comes back until the server closes.
    func exchange(_ text: String, closesSending: Bool = true) async throws -> String {
        let port = port
        return try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send(text)
            if closesSending { peer.closeSending() }
            return try peer.receiveAll()
        }
    }

    /// Waits until `condition` holds of the server's counts.
    func until(_ condition: @Sendable (HTTPServerCounts) -> Bool) async throws {
        try await untilTrue { condition(self.server.counts()) }
    }
}

/// How many endless bodies there have been, how many are still held, and how often they were asked for a piece.
final class StreamCounts: Sendable {
    struct State {
        var made = 0
        var held = 0
        var pieces = 0
    }

    private let state = Mutex(State())

    var now: State { state.withLock { $0 } }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
}

/// Held by an endless body for as long as anybody might ask for its next piece.
final class StreamOwner: Sendable {
    private let counts: StreamCounts

    init(_ counts: StreamCounts) {
        self.counts = counts
        counts.change { state in
            state.made += 1
            state.held += 1
        }
    }

    deinit { counts.change { $0.held -= 1 } }

    func piece() -> [UInt8] {
        counts.change { $0.pieces += 1 }
        return Self.bytes
    }

    /// Nothing that gzip makes smaller.
    private static let bytes: [UInt8] = {
        var state: UInt64 = 1
        return (0..<(256 << 10)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(state >> 56)
        }
    }()
}

/// Looks again and again, a millisecond apart so as not to take the processor from what is awaited.
func untilTrue(_ condition: @Sendable () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

/// Holds handlers until it is opened, or their task is cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextNumber = 0
        var cancelled = 0
    }
    private let state = Mutex(State())

    var waitingCount: Int { state.withLock { $0.waiting.count } }
    var cancelledCount: Int { state.withLock { $0.cancelled } }

    func wait() async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isPast = state.withLock { state in
                    if state.isOpen || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isPast { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled += 1
                return state.waiting.removeValue(forKey: number)
            }
            continuation?.resume()
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// The body of one answer, without its head.
func bodyOf(_ answer: String) -> Substring {
    guard let range = answer.firstRange(of: "\r\n\r\n") else { return "" }
    return answer[range.upperBound...]
}
