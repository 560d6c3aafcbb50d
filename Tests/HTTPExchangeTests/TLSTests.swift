import HTTPExchange
import LinuxSystem
import TLSTransport
import Testing

private let hasOpenSSL = Files.exists("/usr/bin/openssl")

@Suite(.timeLimit(.minutes(2)), .enabled(if: hasOpenSSL, "the openssl command is not installed"))
struct TLSTests {
    let loops = HTTPEventLoops()

    func server(_ files: Certificates, _ name: String = "server", clients: String? = nil) throws -> ReloadingTLSContext
    {
        try ReloadingTLSContext(
            server: TLSServerSettings(
                certificateFile: files[name + ".pem"], key: TLSKeySource(files[name + ".key"]),
                clientAuthorityFile: clients))
    }

    func client(
        _ files: Certificates, trust: String = "good.pem", serverName: String? = nil, identity: String? = nil,
        limits: HTTPClientLimits = HTTPClientLimits()
    ) throws -> HTTPClient {
        let settings = TLSClientSettings(
            authorityFile: files[trust], serverName: serverName,
            certificateFile: identity.map { files[$0 + ".pem"] }, key: identity.map { TLSKeySource(files[$0 + ".key"]) }
        )
        return HTTPClient(loops: loops, userAgent: "t", limits: limits, tls: try ReloadingTLSContext(client: settings))
    }

    /// What a request over TLS fails with.
    func failure(_ client: HTTPClient, _ url: HTTPURL) async throws -> String {
        let error = await #expect(throws: HTTPClientError.self) { try await client.get(url) }
        await client.shutdown()
        return error?.description ?? ""
    }

    @Test func exchangesOverOneConnection() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files))
        let client = try client(files)
        for count in [0, 1, 999] {
            let body = [UInt8](repeating: 7, count: count)
            let reply = try await client.post(try HTTPURL("https://127.0.0.1:\(fixture.port)/echo"), body: body)
            #expect(reply.body == body)
        }
        let large = try await client.post(
            try HTTPURL("https://127.0.0.1:\(fixture.port)/length"), body: [UInt8](repeating: 1, count: 8 << 20))
        #expect(large.body == Array("\(8 << 20)\n".utf8))
        let early = try await client.post(
            try HTTPURL("https://127.0.0.1:\(fixture.port)/echo"), body: [UInt8](repeating: 1, count: 100_000))
        #expect(early.status == .contentTooLarge)
        #expect(fixture.server.counts().acceptedConnections == 1)
        #expect(fixture.server.counts().tlsFailures == 0)
        await client.shutdown()
        await fixture.stop()
        await loops.shutdown()
    }

    @Test(.enabled(if: Files.exists("/usr/bin/curl"), "curl is not installed"))
    func curlIsServed() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files))
        let base = "https://127.0.0.1:\(fixture.port)"
        let options = "-s --cacert \(files["good.pem"])"
        #expect(try await shell("curl \(options) \(base)/hello") == "hello\n")
        #expect(try await shell("curl \(options) --compressed \(base)/large | wc -c").contains("3000000"))
        #expect(try await shell("curl \(options) '\(base)/stream?count=2'") == "piece 1\npiece 0\n")
        let details = try await shell(
            "printf 'GET /hello HTTP/1.0\\r\\n\\r\\n' | openssl s_client -connect 127.0.0.1:\(fixture.port) -alpn h2,http/1.1 -CAfile \(files["good.pem"]) -ign_eof 2>&1"
        )
        #expect(details.contains("TLSv1.3"))
        #expect(details.contains("ALPN protocol: http/1.1"))
        #expect(details.contains("Verify return code: 0 (ok)"))
        #expect(details.contains("hello"))
        let old = try await shell(
            "openssl s_client -connect 127.0.0.1:\(fixture.port) -tls1_1 -cipher ALL:@SECLEVEL=0 < /dev/null 2>&1")
        #expect(old.contains("alert protocol version"))
        // "R" has s_client ask for a renegotiation; the shell keeps its input open until it has ended by itself.
        let renegotiated = try await shell(
            """
            cd \(files.directory.path) && mkfifo input
            openssl s_client -connect 127.0.0.1:\(fixture.port) -tls1_2 < input 2>&1 &
            exec 3> input; echo R >&3; wait
            """)
        #expect(renegotiated.contains("RENEGOTIATING"))
        #expect(renegotiated.contains("no renegotiation"), "\(renegotiated.suffix(500))")
        try await fixture.until { $0.openConnections == 0 && $0.tlsFailures >= 1 }
        await fixture.stop()
        await loops.shutdown()
    }

    /// The usual mistakes, and what a person reads. `{}` stands for the server, `CA` for the authorities' file.
    @Test(
        arguments: [
            (
                "server", "other.pem", nil,
                "the certificate of {} is signed by an authority that is not in tls_config.ca_file (CA): "
                    + "unable to get local issuer certificate"
            ),
            (
                "named", "good.pem", nil,
                "the certificate of {} is for hub.example and not for the host of the url; connect by such a name, "
                    + "or give it as tls_config.server_name: IP address mismatch"
            ),
            (
                "server", "good.pem", "hub.example",
                "the certificate of {} is for localhost, 127.0.0.1 and not for tls_config.server_name (hub.example); "
                    + "connect by such a name, or give it as tls_config.server_name: hostname mismatch"
            ),
            (
                "expired", "good.pem", nil,
                "must be renewed there, unless this machine's clock is wrong: certificate has expired"
            ),
            ("good", "other.pem", nil, "the certificate of {} is self-signed and not in tls_config.ca_file (CA): "),
        ] as [(String, String, String?, String)])
    func mistakesAreNamed(name: String, trust: String, serverName: String?, reason: String) async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files, name))
        let url = try HTTPURL("https://127.0.0.1:\(fixture.port)/hello")
        let text = try await failure(try client(files, trust: trust, serverName: serverName), url)
        let expected = reason.replacing("{}", with: "127.0.0.1:\(fixture.port)").replacing("CA", with: files[trust])
        #expect(text.contains(expected), "\(text)")
        try await fixture.until { $0.tlsFailures == 1 && $0.openConnections == 0 }
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func aNamedServerIsAccepted() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files, "named"))
        let client = try client(files, serverName: "hub.example")
        #expect(try await client.get(try HTTPURL("https://127.0.0.1:\(fixture.port)/hello")).status == .ok)
        await client.shutdown()
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func clientCertificatesAreRequired() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files, clients: files["good.pem"]))
        let url = try HTTPURL("https://127.0.0.1:\(fixture.port)/hello")
        let known = try client(files, identity: "client")
        #expect(try await known.get(url).status == .ok)
        await known.shutdown()
        // In TLS 1.3 the client has finished its handshake before the server refuses, so it comes with the reply.
        let missing = try await failure(try client(files), url)
        #expect(
            missing == "127.0.0.1:\(fixture.port) wants a client certificate; give one as tls_config.cert_file and "
                + "key_file: tlsv13 alert certificate required")
        let stranger = try await failure(try client(files, identity: "stranger"), url)
        #expect(
            stranger == "127.0.0.1:\(fixture.port) does not accept the client certificate tls_config.cert_file "
                + "(\(files["stranger.pem"])): tlsv1 alert unknown ca")
        try await fixture.until { $0.tlsFailures == 2 && $0.openConnections == 0 }
        await fixture.stop()
        await loops.shutdown()
    }

    /// What a handler learns about who asks.
    @Test func requestsNameTheirClient() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files, clients: files["good.pem"]))
        let url = try HTTPURL("https://127.0.0.1:\(fixture.port)/peer")
        for (identity, expected) in [
            ("client", #"client ["gw-7"] ["urn:wayside:gw-7"]"#), ("twice", #"- ["gw-9"] []"#),
        ] {
            let client = try client(files, identity: identity)
            for _ in 0..<2 { #expect(try await client.get(url).body == Array((expected + "\n").utf8)) }
            await client.shutdown()
        }
        let anonymous = try await ServerFixture(tls: try server(files))
        let client = try client(files, identity: "client")
        let reply = try await client.get(try HTTPURL("https://127.0.0.1:\(anonymous.port)/peer"))
        #expect(reply.body == Array("unknown\n".utf8), "a certificate that nobody asked for names nobody")
        await client.shutdown()
        await anonymous.stop()
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func plainTextOnATLSPortIsRefused() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files))
        _ = try await fixture.exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", closesSending: false)
        try await fixture.until { $0.tlsFailures == 1 && $0.openConnections == 0 }
        // The other way about.
        let plain = try await ServerFixture()
        let text = try await failure(try client(files), try HTTPURL("https://127.0.0.1:\(plain.port)/"))
        #expect(text.contains("does not speak TLS on this port"), "\(text)")
        await plain.stop()
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func slowHandshakesEnd() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(
            limits: HTTPServerLimits(requestTimeout: .milliseconds(50)), tls: try server(files))
        _ = try await fixture.exchange("\u{16}\u{3}", closesSending: false)
        try await fixture.until { $0.openConnections == 0 }
        let listener = try RawListener()
        let silent = try client(files, limits: HTTPClientLimits(connectTimeout: .milliseconds(200)))
        let error = await #expect(throws: HTTPClientError.self) {
            try await silent.get(try HTTPURL("https://127.0.0.1:\(listener.port)/"))
        }
        guard case .connectTimeout? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func manyConnectionsComeAndGo() async throws {
        let files = try await Certificates()
        let fixture = try await ServerFixture(tls: try server(files))
        let url = try HTTPURL("https://127.0.0.1:\(fixture.port)/hello")
        let context = try ReloadingTLSContext(client: TLSClientSettings(authorityFile: files["good.pem"]))
        for _ in 0..<200 {
            let client = HTTPClient(loops: loops, userAgent: "t", tls: context)
            #expect(try await client.get(url).status == .ok)
            await client.shutdown()
        }
        try await fixture.until { $0.openConnections == 0 }
        #expect(fixture.server.counts().tlsFailures == 0)
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func settingsNameTheirFiles() async throws {
        let files = try await Certificates()
        func message(_ make: () throws -> ReloadingTLSContext) -> String {
            do { _ = try make() } catch { return "\(error)" }
            return ""
        }
        let missing = message { try server(files, "absent") }
        #expect(missing.hasPrefix("the certificate \(files["absent.pem"]) cannot be used: "))
        let mismatch = message {
            try ReloadingTLSContext(
                server: TLSServerSettings(certificateFile: files["server.pem"], key: TLSKeySource(files["client.key"])))
        }
        #expect(mismatch == "the key \(files["client.key"]) does not belong to the certificate \(files["server.pem"])")
        let locked = message {
            try ReloadingTLSContext(
                server: TLSServerSettings(certificateFile: files["server.pem"], key: TLSKeySource(files["locked.key"])))
        }
        #expect(locked.hasPrefix("the key \(files["locked.key"]) cannot be used: "))
        let trust = message { try ReloadingTLSContext(client: TLSClientSettings(authorityFile: files["garbage.pem"])) }
        #expect(trust.hasPrefix("the authorities in \(files["garbage.pem"]) cannot be used: "))
        await loops.shutdown()
    }

    @Test func httpsNeedsSettings() async throws {
        let client = HTTPClient(loops: loops, userAgent: "t")
        let text = try await failure(client, try HTTPURL("https://127.0.0.1:1/"))
        #expect(text == "no TLS settings were given for 127.0.0.1:1")
        await loops.shutdown()
    }
}
