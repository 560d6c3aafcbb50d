import HTTPExchange
import Synchronization
import Testing

private let host = "Host: x\r\n"

/// A server that asks who may use it, before it reads a body.
@Suite(.timeLimit(.minutes(2))) struct AccessTests {
    /// Decides by the field `Who`: `a` at once, `later` once the gate is open, others never.
    private struct Guard: HTTPAccess {
        let gate: Gate

        func decide(_ request: HTTPRequest) -> HTTPAccessDecision {
            switch request.headers["Who"] {
            case "a": return .admitted(user: "a")
            case "later":
                return .undecided {
                    await gate.wait()
                    return .admitted(user: "later")
                }
            case "never":
                return .undecided {
                    await gate.wait()
                    return refusal
                }
            default: return refusal
            }
        }

        private var refusal: HTTPAccessDecision {
            .refused(status: .unauthorized, message: "who are you", headers: ["WWW-Authenticate": "Test"])
        }
    }

    private func fixture() async throws -> (ServerFixture, Gate) {
        let gate = Gate()
        return (try await ServerFixture(access: Guard(gate: gate)), gate)
    }

    @Test func whoeverIsRefusedSeesNothingOfAnyPath() async throws {
        let (fixture, _) = try await fixture()
        for path in ["/hello", "/show/x", "/nothing", "/-/healthy", "/metrics", "*"] {
            let answer = try await fixture.exchange("GET \(path) HTTP/1.1\r\n\(host)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"), "\(path): \(answer)")
            #expect(answer.contains("WWW-Authenticate: Test\r\n"))
            #expect(bodyOf(answer) == "who are you\n")
            #expect(answer.contains("Connection: close\r\n"))
        }
        #expect(fixture.server.counts().refusedAccesses == 6)
        #expect(fixture.metrics.requestCounts().filter { $0.status == 401 }.map(\.count).reduce(0, +) == 6)
        await fixture.stop()
    }

    @Test func theHandlerSeesWhoItIs() async throws {
        let (fixture, gate) = try await fixture()
        gate.open()
        for name in ["a", "later"] {
            let answer = try await fixture.exchange("GET /user HTTP/1.1\r\n\(host)Who: \(name)\r\n\r\n")
            #expect(bodyOf(answer) == "\(name)\n")
        }
        await fixture.stop()
    }

    /// No body is read for a stranger: neither is it asked for, nor does its length matter.
    @Test func aRefusalDoesNotWaitForTheBody() async throws {
        let (fixture, _) = try await fixture()
        let head = "POST /length HTTP/1.1\r\n\(host)Content-Length: 50000000\r\nExpect: 100-continue\r\n\r\n"
        let answer = try await fixture.exchange(head)
        #expect(answer.hasPrefix("HTTP/1.1 401"), "\(answer)")
        #expect(!answer.contains("100 Continue"))
        await fixture.stop()
    }

    /// While a decision is awaited, what has come along with the head waits, and everything is answered in order.
    @Test func pipelinedRequestsWaitForTheDecision() async throws {
        let (fixture, gate) = try await fixture()
        var text = ""
        for (name, body) in [("later", "first"), ("a", "second"), ("later", "third")] {
            text += "POST /echo HTTP/1.1\r\n\(host)Who: \(name)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        text += "GET /hello HTTP/1.1\r\n\(host)\r\nGET /hello HTTP/1.1\r\n\(host)Who: a\r\n\r\n"
        let request = text
        async let answer = fixture.exchange(request)
        try await untilTrue { gate.waitingCount > 0 }
        #expect(fixture.metrics.requestCounts().isEmpty)
        gate.open()
        let received = try await answer
        var rest = received[...]
        for part in ["first", "second", "third", "401 Unauthorized"] {
            let range = try #require(rest.firstRange(of: part), "\(part) is missing in \(received)")
            rest = rest[range.upperBound...]
        }
        #expect(received.components(of: "200 OK") == 3)
        #expect(!rest.contains("hello"))
        await fixture.stop()
    }

    @Test func aBodyThatComesAfterTheDecisionIsRead() async throws {
        let (fixture, gate) = try await fixture()
        let port = fixture.port
        let peer = try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send(
                "POST /echo HTTP/1.1\r\n\(host)Who: later\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
            return peer
        }
        try await untilTrue { gate.waitingCount > 0 }
        gate.open()
        let answer = try await blocking {
            try peer.send("body")
            peer.closeSending()
            return try peer.receiveAll()
        }
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nbody"))
        await fixture.stop()
    }

    @Test func aLateRefusalIsARefusal() async throws {
        let (fixture, gate) = try await fixture()
        async let answer = fixture.exchange(
            "POST /echo HTTP/1.1\r\n\(host)Who: never\r\nContent-Length: 4\r\n\r\nbody")
        try await untilTrue { gate.waitingCount > 0 }
        gate.open()
        #expect(try await answer.hasPrefix("HTTP/1.1 401"))
        await fixture.stop()
    }

    /// A decision that takes longer than a request may is given up, and comes too late without harm.
    @Test func aDecisionThatTakesTooLongEndsTheRequest() async throws {
        let gate = Gate()
        let fixture = try await ServerFixture(
            limits: HTTPServerLimits(requestTimeout: .milliseconds(50)), access: Guard(gate: gate))
        let answer = try await fixture.exchange("GET /hello HTTP/1.1\r\n\(host)Who: later\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 408"))
        gate.open()
        let next = try await fixture.exchange("GET /hello HTTP/1.1\r\n\(host)Who: a\r\n\r\n")
        #expect(next.hasPrefix("HTTP/1.1 200"))
        await fixture.stop()
    }
}
