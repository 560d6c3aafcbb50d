import HTTPExchange
import Testing

@Suite(.timeLimit(.minutes(1))) struct BindTests {
    @Test func aTakenPortIsNamed() async throws {
        let fixture = try await ServerFixture()
        let address = HTTPAddress.tcp(host: "127.0.0.1", port: fixture.port)
        let error = await #expect(throws: HTTPServerError.self) { try await ServerFixture(address: address) }
        #expect(
            error?.description == "port \(fixture.port) is in use on 127.0.0.1; see who has it with "
                + "\"ss -ltnp sport = :\(fixture.port)\", or choose another in http.listen")
        await fixture.stop()
    }

    @Test func aForeignAddressIsNamed() async throws {
        let address = HTTPAddress.tcp(host: "192.0.2.1", port: 0)
        let error = await #expect(throws: HTTPServerError.self) { try await ServerFixture(address: address) }
        #expect(error == .addressNotAvailable(address))
        let unknown = HTTPAddress.tcp(host: "nothing.invalid", port: 0)
        let name = await #expect(throws: HTTPServerError.self) { try await ServerFixture(address: unknown) }
        guard case .nameNotFound(host: "nothing.invalid", _)? = name else {
            Issue.record("\(String(describing: name))")
            return
        }
    }

    @Test func listensOnAllAddresses() async throws {
        let fixture = try await ServerFixture(address: try #require(HTTPAddress(":0")))
        #expect(try await fixture.exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").hasSuffix("hello\n"))
        await fixture.stop()
    }
}
