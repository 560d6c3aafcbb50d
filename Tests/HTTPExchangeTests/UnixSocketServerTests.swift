import HTTPExchange
import LinuxSystem
import Testing

@Suite(.timeLimit(.minutes(1))) struct UnixSocketServerTests {
    @Test func servesAndIsPrivate() async throws {
        let directory = TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/s.sock"
        let fixture = try await ServerFixture(address: .unix(path: path))
        #expect(permissions(of: path) == 0o600)
        let client = HTTPClient(loops: fixture.loops, userAgent: "t")
        let reply = try await client.get(HTTPURL(unixSocket: path, target: "/show/x"))
        #expect(String(decoding: reply.body, as: UTF8.self) == "x [] unix\n")
        await client.shutdown()
        await fixture.stop()
        #expect(!Files.exists(path))
    }

    @Test func aDeadSocketIsReplacedAndALivingOneIsNot() async throws {
        let directory = TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/s.sock"
        // Bound and closed: the name stays, and nobody answers.
        _ = try UnixSocket.listen(path: path)
        #expect(Files.exists(path))
        let fixture = try await ServerFixture(address: .unix(path: path))
        await #expect(throws: HTTPServerError.addressInUse(.unix(path: path))) {
            try await ServerFixture(address: .unix(path: path))
        }
        await fixture.stop()
    }

    @Test func aFileIsNotReplaced() async throws {
        let directory = TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = directory.path + "/s.sock"
        try Files.replace(path, with: [1])
        let error = await #expect(throws: HTTPServerError.self) { try await ServerFixture(address: .unix(path: path)) }
        #expect(error?.description == "\(path) exists and is no socket; move it away")
        #expect(try Files.read(path) == [1])
        let long = HTTPAddress.unix(path: "/" + String(repeating: "x", count: 200))
        await #expect(throws: HTTPServerError.self) { try await ServerFixture(address: long) }
    }
}
