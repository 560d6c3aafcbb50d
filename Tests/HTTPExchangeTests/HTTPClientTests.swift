import HTTPExchange
import TestValues
import Testing

@Suite(.timeLimit(.minutes(2))) struct HTTPClientTests {
    let loops = HTTPEventLoops()

    func client(_ limits: HTTPClientLimits = HTTPClientLimits()) -> HTTPClient {
        HTTPClient(loops: loops, userAgent: "wayside-test/1", limits: limits)
    }

    func url(_ port: Int, _ target: String = "/") throws -> HTTPURL {
        try HTTPURL("http://127.0.0.1:\(port)\(target)")
    }

    /// The error that a server's behaviour leads to.
    func failure(
        limits: HTTPClientLimits = HTTPClientLimits(), _ serve: @escaping @Sendable (RawListener) throws -> Void
    ) async throws -> HTTPClientError? {
        let listener = try RawListener()
        let client = client(limits)
        async let served: Void = blocking { try serve(listener) }
        let url = try url(listener.port)
        let error = await #expect(throws: HTTPClientError.self) { try await client.get(url) }
        await client.shutdown()
        try await served
        return error
    }

    @Test func reusesItsConnection() async throws {
        let fixture = try await ServerFixture()
        let client = client()
        for number in 0..<5 {
            let body = [UInt8](repeating: 65, count: number * 100)
            let reply = try await client.post(
                try url(fixture.port, "/echo"), headers: ["Content-Type": "x/y"], body: body)
            #expect(reply.status == .ok)
            #expect(reply.body == body)
            #expect(reply.headers["content-type"] == "application/octet-stream")
        }
        #expect(fixture.server.counts().acceptedConnections == 1)
        await client.shutdown()
        try await fixture.until { $0.openConnections == 0 }
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func sendsWhatItShould() async throws {
        let listener = try RawListener()
        async let request = blocking {
            let peer = try listener.accept()
            let text = try peer.receive(until: "}")
            try peer.send("HTTP/1.1 204 No Content\r\nX-A: 1\r\nX-A: 2\r\n\r\n")
            return text
        }
        let client = client()
        let reply = try await client.post(
            try url(listener.port, "/a?b=c#d"), headers: ["X-Evil": "a\r\nX-B: b"], body: Array("{}".utf8))
        #expect(reply.status == .noContent)
        #expect(reply.headers.values("x-a") == ["1", "2"])
        let text = try await request
        #expect(
            text.hasPrefix("POST /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(listener.port)\r\nUser-Agent: wayside-test/1\r\n")
        )
        #expect(text.contains("\r\nX-Evil: a  X-B: b\r\n"))
        #expect(text.contains("\r\nContent-Length: 2\r\n"))
        #expect(text.hasSuffix("\r\n\r\n{}"))
        await client.shutdown()
        await loops.shutdown()
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\nuntil close", "until close"), ("HTTP/1.0 200 OK\r\n\r\nold", "old"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", "abc"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 1\r\n\r\nx", "x"),
    ])
    func readsReplies(answer: String, body: String) async throws {
        let listener = try RawListener()
        async let served: Void = listener.answerOnce(answer)
        let client = client()
        let reply = try await client.get(try url(listener.port))
        #expect(String(decoding: reply.body, as: UTF8.self) == body)
        try await served
        await client.shutdown()
        await loops.shutdown()
    }

    @Test func aStaleConnectionIsToldFromAFailure() async throws {
        let listener = try RawListener()
        async let served: Void = blocking {
            // Answers one request, then closes instead of answering the next, and answers on a fresh connection.
            do {
                let peer = try listener.accept()
                _ = try peer.receive(until: "\r\n\r\n")
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
                _ = try peer.receive(until: "\r\n\r\n")
            }
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb")
        }
        let client = client()
        let url = try url(listener.port)
        #expect(try await client.get(url).body == [97])
        let error = await #expect(throws: HTTPClientError.self) { try await client.get(url) }
        #expect(error == .staleConnection(destination: "127.0.0.1:\(listener.port)"))
        #expect(try await client.get(url).body == [98])
        try await served
        await client.shutdown()
        await loops.shutdown()
    }

    @Test func namesWhatWentWrong() async throws {
        let closed = try await failure { _ = try $0.accept().receive(until: "\r\n\r\n") }
        let partly = try await failure { listener in
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        }
        let inHead = try await failure { listener in
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nConte")
        }
        for error in [closed, partly, inHead] {
            guard case .closed? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        let malformed = try await failure { listener in
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send("SSH-2.0-OpenSSH_9.2\r\n")
        }
        guard case .malformedReply? = malformed else { throw Unexpected(error: malformed) }
        await loops.shutdown()
    }

    struct Unexpected: Error { let error: HTTPClientError? }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + String(repeating: "x", count: 100)
            + "\r\n1\r\nx\r\n",
        "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 101),
    ])
    func largeRepliesAreRefused(answer: String) async throws {
        let error = try await failure(limits: HTTPClientLimits(replyByteLimit: 100)) { listener in
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send(answer)
            // Until the client has closed.
            _ = try? peer.receiveAll()
        }
        guard case .replyTooLarge(_, byteLimit: 100)? = error else { throw Unexpected(error: error) }
        await loops.shutdown()
    }

    @Test func timeoutsAreTold() async throws {
        let silent = try RawListener()
        async let served: Void = blocking {
            let peer = try silent.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = try peer.receiveAll()
        }
        // On a connection that stands, so that no time goes into connecting.
        let patient = client()
        let silentURL = try url(silent.port)
        #expect(try await patient.get(silentURL).status == .ok)
        let error = await #expect(throws: HTTPClientError.self) {
            try await patient.send(.get, silentURL, body: [], totalTimeout: .milliseconds(50))
        }
        #expect(error == .timeout(destination: "127.0.0.1:\(silent.port)", .milliseconds(50)))
        try await served

        // A listener with a full queue drops further attempts to connect.
        let listener = try RawListener(backlog: 0)
        let filler = try await blocking { try RawPeer(port: listener.port) }
        let client = client(HTTPClientLimits(connectTimeout: .milliseconds(100)))
        let url = try url(listener.port)
        let connect = await #expect(throws: HTTPClientError.self) { try await client.get(url) }
        guard case .connectTimeout? = connect else { throw Unexpected(error: connect) }
        withExtendedLifetime(filler) {}
        await loops.shutdown()
    }

    @Test func refusalsAndNamesAreTold() async throws {
        let client = client()
        let port = try RawListener().port
        let url = try url(port)
        let refused = await #expect(throws: HTTPClientError.self) { try await client.get(url) }
        #expect(refused == .connectFailed(destination: "127.0.0.1:\(port)", reason: "Connection refused"))
        #expect(refused?.description == "cannot connect to 127.0.0.1:\(port): Connection refused")
        let unknown = try HTTPURL("http://nothing.invalid/")
        let name = await #expect(throws: HTTPClientError.self) { try await client.get(unknown) }
        guard case .nameNotFound(host: "nothing.invalid", _)? = name else { throw Unexpected(error: name) }
        let missing = HTTPURL(unixSocket: "/nonexistent/x.sock", target: "/status")
        let socket = await #expect(throws: HTTPClientError.self) { try await client.get(missing) }
        #expect(socket == .connectFailed(destination: "/nonexistent/x.sock", reason: "No such file or directory"))
        await loops.shutdown()
    }

    @Test func cancellingEndsTheRequest() async throws {
        let listener = try RawListener()
        let client = client()
        let url = try url(listener.port)
        let task = Task { try await client.get(url) }
        let peer = try await blocking {
            let peer = try listener.accept()
            _ = try peer.receive(until: "\r\n\r\n")
            return peer
        }
        task.cancel()
        #expect(try await blocking { try peer.receive() } == [])
        await #expect(throws: HTTPClientError.cancelled) { try await task.value }
        await loops.shutdown()
    }

    @Test func connectionsAreBounded() async throws {
        let fixture = try await ServerFixture()
        let client = client(HTTPClientLimits(connectionLimit: 1))
        let wait = try url(fixture.port, "/wait")
        async let waiting = client.get(wait)
        try await untilTrue { fixture.gate.waitingCount > 0 }
        await #expect(throws: HTTPClientError.tooManyConnections(limit: 1)) { try await client.get(wait) }
        fixture.gate.open()
        #expect(try await waiting.status == .ok)
        // The kept connection makes room for one to another destination.
        let other = try await ServerFixture()
        #expect(try await client.get(try url(other.port, "/hello")).status == .ok)
        await client.shutdown()
        await #expect(throws: HTTPClientError.shutDown) { try await client.get(wait) }
        await fixture.stop()
        await other.stop()
        await loops.shutdown()
    }

    /// A refusal sent before the whole body has been read still reaches the client.
    @Test func seesAnEarlyRefusal() async throws {
        let fixture = try await ServerFixture()
        let client = client()
        let body = [UInt8](repeating: 1, count: 500_000)
        let reply = try await client.post(try url(fixture.port, "/echo"), body: body)
        #expect(reply.status == .contentTooLarge)
        #expect(reply.firstLine() == "A request's body has at most 1000 bytes here.")
        #expect(try await client.get(try url(fixture.port, "/hello")).status == .ok)
        await client.shutdown()
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func survivesGarbage() async throws {
        let seed: UInt64 = 20_261_121
        let listener = try RawListener()
        let client = client(HTTPClientLimits(totalTimeout: .seconds(30)))
        let whole = Array("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc".utf8)
        async let served: Void = blocking {
            var random = SeededRandom(seed: seed)
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...6, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                let peer = try listener.accept()
                _ = try peer.receive(until: "\r\n\r\n")
                try peer.send(bytes)
            }
        }
        var endings = 0
        for _ in 0..<300 {
            let fresh = HTTPClient(loops: loops, userAgent: "t")
            // Each ends, well or badly; which of the two is the bytes' affair.
            _ = try? await fresh.get(try url(listener.port))
            endings += 1
            await fresh.shutdown()
        }
        try await served
        #expect(endings == 300, "seed \(seed)")
        await client.shutdown()
        await loops.shutdown()
    }
}
