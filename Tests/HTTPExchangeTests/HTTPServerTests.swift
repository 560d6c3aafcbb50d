import HTTPExchange
import TestValues
import Testing

private let host = "Host: x\r\n"

@Suite(.timeLimit(.minutes(2))) struct HTTPServerTests {
    @Test func answersAndKeepsAlive() async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange(
            "GET /hello HTTP/1.1\r\n\(host)\r\nGET /hello HTTP/1.1\r\n\(host)Connection: close\r\n\r\n",
            closesSending: false)
        #expect(answer.components(of: "HTTP/1.1 200 OK\r\n") == 2)
        #expect(answer.components(of: "hello\n") == 2)
        #expect(answer.components(of: "Content-Length: 6\r\n") == 2)
        #expect(answer.components(of: "Date: ") == 2)
        #expect(answer.components(of: "Connection: close\r\n") == 1)
        #expect(!answer.contains("Server:"))
        await fixture.stop()
    }

    /// Pipelined requests with bodies, in one write, are answered in order even when the first is slow.
    @Test func answersPipelinedRequestsInOrder() async throws {
        let fixture = try await ServerFixture()
        var text = "GET /wait HTTP/1.1\r\n\(host)\r\n"
        for number in 0..<50 {
            let body = "body-\(number)"
            text += "POST /echo HTTP/1.1\r\n\(host)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        let request = text
        async let answer = fixture.exchange(request)
        try await untilTrue { fixture.gate.waitingCount > 0 }
        fixture.gate.open()
        let received = try await answer
        var rest = received[...]
        for number in 0..<50 {
            let range = try #require(rest.firstRange(of: "body-\(number)"))
            rest = rest[range.upperBound...]
        }
        #expect(received.components(of: "HTTP/1.1 200 OK") == 51)
        await fixture.stop()
    }

    @Test(arguments: [
        ("GET /nothing HTTP/1.1\r\n\(host)\r\n", "404 Not Found", "/show/{name}"),
        ("GET //hello HTTP/1.1\r\n\(host)\r\n", "301 Moved Permanently", "Location: /hello\r\n"),
        ("GET /./x/../hello/?a=//b HTTP/1.1\r\n\(host)\r\n", "301 Moved Permanently", "Location: /hello?a=//b\r\n"),
        ("GET //show//a%2Fb HTTP/1.1\r\n\(host)\r\n", "301 Moved Permanently", "Location: /show/a%2Fb\r\n"),
        ("POST //echo HTTP/1.1\r\n\(host)Content-Length: 1\r\n\r\nx", "308 Permanent Redirect", "Location: /echo\r\n"),
        ("GET //x/../../hello HTTP/1.1\r\n\(host)\r\n", "301 Moved Permanently", "Location: /hello\r\n"),
        ("GET //elsewhere.example/ HTTP/1.1\r\n\(host)\r\n", "404 Not Found", "/show/{name}"),
        ("DELETE /hello HTTP/1.1\r\n\(host)\r\n", "405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        ("GET /echo HTTP/1.1\r\n\(host)\r\n", "405 Method Not Allowed", "Allow: POST\r\n"),
        (
            "GET /show/a%2Fb?match[]=up&match%5B%5D=a+b%21 HTTP/1.1\r\n\(host)\r\n", "200 OK",
            #"a/b ["up", "a b!"] 127.0.0.1:"#
        ),
        ("GET http://x/hello HTTP/1.1\r\n\(host)\r\n", "200 OK", "hello"),
        ("GET /show/Küche HTTP/1.1\r\n\(host)\r\n", "400 Bad Request", "percent-encoded"),
        ("GET /hello HTTP/1.1\r\n\r\n", "400 Bad Request", "no Host"),
        ("GET /hello HTTP/1.1\r\n\(host)\(host)\r\n", "400 Bad Request", "several Host"),
        ("garbage\r\n\r\n", "400 Bad Request", "not an HTTP/1.1 request"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}", "400 Bad Request", "not an HTTP/1.1 request"),
        ("GET /hello HTTP/1.1\r\n\(host)Expect: tea\r\n\r\n", "417 Expectation Failed", "100-continue"),
        (
            "POST /echo HTTP/1.1\r\n\(host)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "400 Bad Request", ""
        ),
        ("POST /echo HTTP/1.1\r\n\(host)Content-Length: -5\r\n\r\n", "400 Bad Request", ""),
        ("POST /echo HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999999\r\n\r\n", "400 Bad Request", ""),
        (
            "POST /echo HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            "200 OK", "abcde"
        ),
        ("POST /echo HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400 Bad Request", ""),
        ("GET /none HTTP/1.1\r\n\(host)\r\n", "204 No Content", ""),
        ("GET /hello HTTP/1.0\r\n\r\n", "200 OK", "Connection: close\r\n"),
        ("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "200 OK", "Connection: keep-alive\r\n"),
        ("GET /stream HTTP/1.0\r\n\r\n", "200 OK", "\r\n\r\npiece 4\npiece 3\n"),
    ])
    func answers(request: String, status: String, content: String) async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange(request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(content.isEmpty || answer.contains(content))
        await fixture.stop()
    }

    @Test func headHasTheLengthAndNoBody() async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange("HEAD /large HTTP/1.1\r\n\(host)\r\n")
        #expect(answer.contains("Content-Length: 3000000\r\n"))
        #expect(bodyOf(answer).isEmpty)
        let streamed = try await fixture.exchange(
            "HEAD /stream HTTP/1.1\r\n\(host)\r\nGET /hello HTTP/1.1\r\n\(host)\r\n")
        #expect(streamed.contains("Transfer-Encoding: chunked\r\n"))
        #expect(!streamed.contains("piece"))
        #expect(streamed.hasSuffix("hello\n"))
        await fixture.stop()
    }

    @Test func aHandlersHeadersCannotForgeTheFraming() async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange("GET /inject HTTP/1.1\r\n\(host)\r\n")
        #expect(answer.contains("X-A: a  X-B: b\r\n"))
        #expect(!answer.contains("X C"))
        #expect(answer.contains("Content-Length: 1\r\n"))
        #expect(!answer.contains("Content-Length: 7"))
        await fixture.stop()
    }

    @Test func streamsInChunks() async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange("GET /stream?count=3 HTTP/1.1\r\n\(host)\r\n")
        #expect(bodyOf(answer) == "8\r\npiece 2\n\r\n8\r\npiece 1\n\r\n8\r\npiece 0\n\r\n0\r\n\r\n")
        let broken = try await fixture.exchange(
            "GET /stream?count=1&fail=1 HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        #expect(broken.contains("piece 0"))
        #expect(!broken.hasSuffix("0\r\n\r\n"))
        try await fixture.until { $0.brokenAnswers == 1 }
        await fixture.stop()
    }

    @Test func asksForTheBodyOnlyWhenItWillBeRead() async throws {
        let fixture = try await ServerFixture()
        let port = fixture.port
        let (interim, answer) = try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send("POST /echo HTTP/1.1\r\n\(host)Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            let interim = try peer.receive(until: "\r\n\r\n")
            try peer.send("abc")
            peer.closeSending()
            return (interim, try peer.receiveAll())
        }
        #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(answer.hasSuffix("\r\n\r\nabc"))
        let refused = try await fixture.exchange(
            "POST /echo HTTP/1.1\r\n\(host)Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n", closesSending: false)
        #expect(refused.hasPrefix("HTTP/1.1 413 "))
        await fixture.stop()
    }

    @Test func aLargeBodyArrivesWhole() async throws {
        let fixture = try await ServerFixture()
        let body = String(repeating: "x", count: 20 << 20)
        let answer = try await fixture.exchange(
            "POST /length HTTP/1.1\r\n\(host)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)",
            closesSending: false)
        #expect(bodyOf(answer) == "\(20 << 20)\n")
        await fixture.stop()
    }

    @Test func refusesABodyPastTheLimit() async throws {
        let fixture = try await ServerFixture()
        // Declared: refused before any of it is sent.
        let declared = try await fixture.exchange(
            "POST /echo HTTP/1.1\r\n\(host)Content-Length: 1001\r\n\r\n", closesSending: false)
        #expect(declared.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
        #expect(declared.contains("at most 1000 bytes"))
        // Not declared: refused once it has passed the limit, although more is on the way.
        let chunk = "400\r\n" + String(repeating: "x", count: 1024) + "\r\n"
        let chunked = try await fixture.exchange(
            "POST /echo HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 100),
            closesSending: false)
        #expect(chunked.hasPrefix("HTTP/1.1 413 "))
        #expect(fixture.server.counts().refusedBodies == 2)
        await fixture.stop()
    }

    @Test(arguments: [
        "GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1\r\n\(host)\r\n",
        "GET / HTTP/1.1\r\n\(host)X: " + String(repeating: "a", count: 20_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 200) + "\r\n",
        "GET /" + String(repeating: "a", count: 200_000),
    ])
    func refusesALargeHeader(request: String) async throws {
        let fixture = try await ServerFixture()
        let answer = try await fixture.exchange(request, closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 431 "))
        #expect(fixture.server.counts().refusedHeaders == 1)
        await fixture.stop()
    }

    /// Slow requests end by 408 however they dribble, and idle connections without a word.
    @Test(arguments: ["GET /hel", "POST /echo HTTP/1.1\r\n\(host)Content-Length: 10\r\n\r\nabc"])
    func slowRequestsEnd(part: String) async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(requestTimeout: .milliseconds(50)))
        let answer = try await fixture.exchange(part, closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(fixture.server.counts().slowRequests == 1)
        await fixture.stop()
    }

    @Test func idleConnectionsEnd() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(idleTimeout: .seconds(1)))
        #expect(try await fixture.exchange("", closesSending: false) == "")
        let answer = try await fixture.exchange("GET /hello HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        #expect(answer.hasSuffix("hello\n"))
        try await fixture.until { $0.idleCloses == 2 }
        await fixture.stop()
    }

    /// A peer that takes nothing of a large answer is given up.
    @Test func stalledReadersEnd() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(idleTimeout: .seconds(1)))
        let port = fixture.port
        let peer = try await blocking {
            let peer = try RawPeer(port: port)
            for _ in 0..<20 { try peer.send("GET /large HTTP/1.1\r\n\(host)\r\n") }
            return peer
        }
        try await fixture.until { $0.stalledAnswers == 1 && $0.openConnections == 0 }
        withExtendedLifetime(peer) {}
        await fixture.stop()
    }

    /// A peer that takes nothing of a stream is given up too, with what the stream holds; nothing is made for it
    /// meanwhile.
    @Test(arguments: ["", "Accept-Encoding: gzip\r\n"])
    func stalledReadersOfStreamsEnd(_ field: String) async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(idleTimeout: .seconds(1)))
        let (port, streams) = (fixture.port, fixture.streams)
        let peer = try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send("GET /endless HTTP/1.1\r\n\(host)\(field)\r\n")
            return peer
        }
        try await fixture.until { $0.stalledAnswers == 1 && $0.openConnections == 0 }
        try await untilTrue { streams.now.held == 0 }
        #expect(streams.now.made == 1)
        // What the kernel took before it was full, and one more: not more than its buffers may hold.
        #expect(streams.now.pieces < 100)
        withExtendedLifetime(peer) {}
        await fixture.stop()
    }

    /// A peer that goes away within a stream ends it.
    @Test func streamsEndWithTheirPeers() async throws {
        let fixture = try await ServerFixture()
        let (port, streams) = (fixture.port, fixture.streams)
        try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send("GET /endless HTTP/1.1\r\n\(host)\r\n")
            _ = try peer.receive(until: "\r\n\r\n")
            peer.resetOnClose()
        }
        try await fixture.until { $0.openConnections == 0 }
        try await untilTrue { streams.now.held == 0 }
        #expect(streams.now.made == 1)
        await fixture.stop()
    }

    @Test func slowHandlersAreCancelled() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(handlerTimeout: .milliseconds(50)))
        let answer = try await fixture.exchange("GET /wait HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        #expect(answer.contains("Retry-After: "))
        try await untilTrue { fixture.gate.cancelledCount > 0 }
        #expect(fixture.server.counts().slowHandlers == 1)
        await fixture.stop()
    }

    /// A stream whose next piece does not come is broken off, and one that takes longer than the peer may is not.
    @Test func slowStreamsAreBrokenOff() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(handlerTimeout: .milliseconds(300)))
        // On a busy machine not even the first piece may be ready in time; then it is asked for again.
        var answer = ""
        repeat {
            answer = try await fixture.exchange("GET /stall HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        } while answer.hasPrefix("HTTP/1.1 503 ")
        #expect(answer.hasSuffix("6\r\nfirst\n\r\n"))
        #expect(fixture.server.counts().slowHandlers >= 1)
        try await untilTrue { fixture.gate.cancelledCount > 0 }
        await fixture.stop()
        let patient = try await ServerFixture(limits: HTTPServerLimits(idleTimeout: .seconds(2)))
        async let whole = patient.exchange("GET /stall HTTP/1.1\r\n\(host)\r\nGET /hello HTTP/1.1\r\n\(host)\r\n")
        try await untilTrue { patient.gate.waitingCount > 0 }
        // The handler takes longer than the idle timeout, which is for the peer alone.
        try await Task.sleep(for: .milliseconds(2500))
        patient.gate.open()
        #expect(try await whole.hasSuffix("hello\n"))
        #expect(patient.server.counts().stalledAnswers == 0)
        await patient.stop()
    }

    @Test func aHandlerIsCancelledWhenItsPeerIsGone() async throws {
        let fixture = try await ServerFixture()
        let port = fixture.port
        let peer = try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send("GET /wait HTTP/1.1\r\n\(host)\r\n")
            return peer
        }
        try await untilTrue { fixture.gate.waitingCount > 0 }
        peer.resetOnClose()
        _ = consume peer
        try await untilTrue { fixture.gate.cancelledCount > 0 }
        try await fixture.until { $0.openConnections == 0 }
        await fixture.stop()
    }

    @Test func connectionsPastTheLimitAreToldSo() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(connectionLimit: 2))
        let port = fixture.port
        let held = try await blocking { try (0..<2).map { _ in try RawPeer(port: port) } }
        try await fixture.until { $0.openConnections == 2 }
        let answer = try await fixture.exchange("", closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(fixture.server.counts().refusedConnections == 1)
        withExtendedLifetime(held) {}
        _ = consume held
        try await fixture.until { $0.openConnections == 0 }
        #expect(try await fixture.exchange("GET /hello HTTP/1.1\r\n\(host)\r\n").hasSuffix("hello\n"))
        await fixture.stop()
    }

    @Test func aThousandConnectionsAreServed() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(connectionLimit: 1000))
        let port = fixture.port
        let answered = try await blocking {
            var peers: [RawPeer] = []
            for _ in 0..<1000 { peers.append(try RawPeer(port: port)) }
            for peer in peers { try peer.send("GET /hello HTTP/1.1\r\n\(host)\r\n") }
            return try peers.count { try $0.receive(until: "hello\n").hasSuffix("hello\n") }
        }
        #expect(answered == 1000)
        try await fixture.until { $0.openConnections == 0 }
        #expect(fixture.server.counts().acceptedConnections == 1000)
        await fixture.stop()
    }

    @Test func stoppingLetsRequestsFinish() async throws {
        let fixture = try await ServerFixture()
        let port = fixture.port
        let idle = try await blocking { try RawPeer(port: port) }
        async let answer = fixture.exchange("GET /wait HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        try await untilTrue { fixture.gate.waitingCount > 0 }
        async let stopped: Void = fixture.server.stop(within: .seconds(60))
        // The idle connection closes at once, while the other is still being answered.
        #expect(try await blocking { try idle.receiveAll() } == "")
        fixture.gate.open()
        let text = try await answer
        #expect(text.contains("Connection: close\r\n"))
        #expect(text.hasSuffix("waited\n"))
        await stopped
        #expect(fixture.server.counts().openConnections == 0)
        await fixture.loops.shutdown()
    }

    @Test func stoppingDoesNotWaitForEver() async throws {
        let fixture = try await ServerFixture()
        async let answer = fixture.exchange("GET /wait HTTP/1.1\r\n\(host)\r\n", closesSending: false)
        try await untilTrue { fixture.gate.waitingCount > 0 }
        await fixture.server.stop(within: .milliseconds(50))
        #expect(try await answer == "")
        try await untilTrue { fixture.gate.cancelledCount > 0 }
        await fixture.loops.shutdown()
    }

    @Test func countsRequests() async throws {
        let fixture = try await ServerFixture()
        for path in ["/hello", "/hello", "/show/1", "/show/2", "/who", "/what"] {
            _ = try await fixture.exchange("GET \(path) HTTP/1.1\r\n\(host)\r\n")
        }
        _ = try await fixture.exchange("nonsense\r\n\r\n")
        let counts = fixture.metrics.requestCounts().map { "\($0.method) \($0.endpoint) \($0.status) \($0.count)" }
        #expect(counts == ["GET /hello 200 2", "GET /show/{name} 200 2", "GET other 404 2", "other other 400 1"])
        let durations = try #require(fixture.metrics.durations().first)
        #expect(durations.count == 2)
        #expect(durations.cumulativeCounts.count == HTTPMetrics.bucketBounds.count + 1)
        #expect(durations.sumSeconds > 0)
        await fixture.stop()
    }

    /// Whatever bytes come, the server goes on serving.
    @Test func survivesGarbage() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(connectionLimit: 64))
        let seed: UInt64 = 20_261_121
        let port = fixture.port
        try await blocking {
            var random = SeededRandom(seed: seed)
            let whole = Array(
                "POST /echo?a=%41 HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nAccept-Encoding: gzip\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /stream HTTP/1.1\r\n\(host)\r\n"
                    .utf8)
            for _ in 0..<400 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...8, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                        Bool.random(using: &random)
                        ? UInt8.random(in: 0...255, using: &random)
                        : Array("\r\n :%/;,0".utf8).randomElement(using: &random) ?? 0
                }
                let peer = try RawPeer(port: port)
                // The server may have closed before all is sent, which is its right.
                try? peer.send(bytes)
                peer.closeSending()
                _ = try? peer.receiveAll()
            }
        }
        #expect(try await fixture.exchange("GET /hello HTTP/1.1\r\n\(host)\r\n").hasSuffix("hello\n"), "seed \(seed)")
        try await fixture.until { $0.openConnections == 0 }
        await fixture.stop()
    }
}

extension String {
    /// How often `text` occurs.
    func components(of text: String) -> Int { ranges(of: text).count }
}
