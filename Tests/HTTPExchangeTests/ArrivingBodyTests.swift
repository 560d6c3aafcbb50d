import HTTPExchange
import Testing

private let host = "Host: test\r\n"

/// What the bodies that are still arriving may take together.
@Suite struct ArrivingBodyTests {
    private static func head(_ byteCount: Int) -> String {
        "POST /length HTTP/1.1\r\n\(host)Content-Length: \(byteCount)\r\nConnection: close\r\n\r\n"
    }

    private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    /// Begins a body of `byteCount` bytes, sends `count` of them and leaves it at that.
    private static func stall(_ port: Int, _ count: Int, of byteCount: Int) async throws -> RawPeer {
        try await blocking {
            let peer = try RawPeer(port: port)
            try peer.send(head(byteCount) + letters(count))
            return peer
        }
    }

    /// Whoever stalls makes way for those who send.
    @Test func oldestIsGivenUp() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(arrivingByteLimit: 100_000))
        let slow = try await Self.stall(fixture.port, 80_000, of: 90_000)
        try await fixture.until { $0.arrivingByteCount == 80_000 }
        let answer = try await fixture.exchange(Self.head(50_000) + Self.letters(50_000), closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.hasSuffix("50000\n"))
        let refusal = try await blocking { try slow.receiveAll() }
        #expect(refusal.hasPrefix("HTTP/1.1 503 "))
        #expect(refusal.contains("Retry-After: "))
        let counts = fixture.server.counts()
        #expect(counts.givenUpBodies == 1)
        #expect(counts.arrivingByteCount == 0)
        #expect(
            fixture.metrics.requestCounts().contains { $0.endpoint == "/length" && $0.status == 503 && $0.count == 1 })
        await fixture.stop()
    }

    /// However many connections begin bodies, what is in memory stays within the limit.
    @Test func manySlowSendersStayWithinTheLimit() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(arrivingByteLimit: 100_000))
        var peers: [RawPeer] = []
        for number in 1...20 {
            peers.append(try await Self.stall(fixture.port, 20_000, of: 40_000))
            try await fixture.until { counts in
                counts.arrivingByteCount == 20_000 * min(number, 5) && counts.givenUpBodies == max(0, number - 5)
            }
        }
        // The newest are still welcome.
        let last = peers[19]
        let answer = try await blocking {
            try last.send(Self.letters(20_000))
            return try last.receiveAll()
        }
        #expect(answer.hasSuffix("40000\n"))
        #expect(fixture.server.counts().givenUpBodies == 16)
        withExtendedLifetime(peers) {}
        await fixture.stop()
    }

    /// A body that is larger than the limit alone is refused, and what it took is free again.
    @Test func bodyBeyondTheLimitIsRefused() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(arrivingByteLimit: 100_000))
        let answer = try await fixture.exchange(Self.head(200_000) + Self.letters(200_000), closesSending: false)
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        #expect(fixture.server.counts().givenUpBodies == 1)
        try await fixture.until { $0.arrivingByteCount == 0 }
        await fixture.stop()
    }

    /// A connection that breaks off gives back what it took.
    @Test func brokenConnectionsGiveBack() async throws {
        let fixture = try await ServerFixture(limits: HTTPServerLimits(arrivingByteLimit: 100_000))
        for _ in 0..<3 {
            let peer = try await Self.stall(fixture.port, 60_000, of: 90_000)
            try await fixture.until { $0.arrivingByteCount == 60_000 }
            peer.closeSending()
            try await fixture.until { $0.arrivingByteCount == 0 && $0.openConnections == 0 }
        }
        #expect(fixture.server.counts().givenUpBodies == 0)
        await fixture.stop()
    }
}
