import HTTPExchange
import LinuxSystem
import Synchronization
import TLSTransport
import TestPeers
import Testing

/// What changes over the life of a context: files, sessions, thousands of connections.
@Suite(.timeLimit(.minutes(4)), .enabled(if: Files.exists("/usr/bin/openssl"), "the openssl command is not installed"))
struct TLSRenewalTests {
    let loops = HTTPEventLoops()
    let files: CertificateFiles

    init() throws { files = try CertificateFiles() }

    private final class Events: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }

        func add(_ event: ReloadingTLSContext.Event) {
            let text =
                switch event {
                case .reloaded: "reloaded"
                case .kept(let error): "\(error)"
                }
            list.withLock { $0.append(text) }
        }
    }

    private func server(_ events: Events = Events(), clients: String? = nil) throws -> ReloadingTLSContext {
        let settings = TLSServerSettings(
            certificateFile: files["server.pem"], key: TLSKeySource(files["server.key"]),
            clientAuthorityFile: clients.map { files[$0] })
        return try ReloadingTLSContext(.server(settings), lookEvery: .zero) { events.add($0) }
    }

    private func client(_ identity: String? = nil, _ events: Events = Events()) throws -> ReloadingTLSContext {
        let settings = TLSClientSettings(
            authorityFile: files["good.pem"], certificateFile: identity.map { files[$0 + ".pem"] },
            key: identity.map { TLSKeySource(files[$0 + ".key"]) })
        return try ReloadingTLSContext(.client(settings), lookEvery: .zero) { events.add($0) }
    }

    /// A request over a connection of its own.
    private func get(_ context: ReloadingTLSContext, port: Int, _ path: String = "/hello") async -> String {
        let client = HTTPClient(loops: loops, userAgent: "t", tls: context)
        let text: String
        do {
            text = String(
                decoding: try await client.get(try HTTPURL("https://127.0.0.1:\(port)\(path)")).body, as: UTF8.self)
        } catch {
            text = "\(error)"
        }
        await client.shutdown()
        return text
    }

    @Test func aServersRenewedCertificateIsUsedAndABrokenOneIsNot() async throws {
        let events = Events()
        let tls = try server(events)
        let fixture = try await ServerFixture(tls: tls)
        let trusting = try client()
        let first = try #require(tls.ownCertificate()).expiryUnixSeconds
        #expect(await get(trusting, port: fixture.port) == "hello\n")
        #expect(events.all.isEmpty)

        // For another name, so that who connects can tell.
        try files.renew("server", names: "DNS:elsewhere")
        #expect(await get(trusting, port: fixture.port).contains("is for elsewhere"))
        #expect(try #require(tls.ownCertificate()).expiryUnixSeconds > first + 86_400)
        #expect(events.all == ["reloaded"])

        try writeText("garbage", to: files["server.pem"])
        for _ in 0..<3 { #expect(await get(trusting, port: fixture.port).contains("is for elsewhere")) }
        #expect(
            events.all.dropFirst() == [
                "the certificate \(files["server.pem"]) cannot be used: no PEM certificate in it"
            ])

        try files.renew("server", names: "IP:127.0.0.1")
        #expect(await get(trusting, port: fixture.port) == "hello\n")
        #expect(events.all.last == "reloaded")
        #expect(events.all.count == 3)
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func aClientsRenewedFilesAreUsed() async throws {
        let fixture = try await ServerFixture(tls: try server(clients: "good.pem"))
        let identity = try client("client")
        #expect(await get(identity, port: fixture.port, "/peer").contains("gw-7"))
        try files.renew("client", names: "DNS:gw-10")
        #expect(await get(identity, port: fixture.port, "/peer").contains("gw-10"))
        // Other authorities: the client does not trust the server any more, and nor does the server the client.
        try files.run("cp other.pem good.pem.new && mv good.pem.new good.pem")
        #expect(await get(identity, port: fixture.port).contains("is signed by an authority that is not in"))
        await fixture.stop()
        await loops.shutdown()
    }

    /// openssl s_server tells in its page whether the connection took up an earlier session.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func theSecondConnectionResumesTheFirst(version: String) async throws {
        let port = try LoopbackPort.free()
        let server = try RealProcess(
            "openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-www", version, "-cert", files["server.pem"], "-key",
                files["server.key"],
            ], log: files["s_server.log"])
        defer { server.kill() }
        try server.waitUntilListening(on: port)
        let context = try client()
        let first = await get(context, port: port, "/")
        #expect(first.contains("New, TLSv1"), "\(first.prefix(300))")
        for _ in 0..<3 {
            let next = await get(context, port: port, "/")
            #expect(next.contains("Reused, TLSv1"), "\(next.prefix(300))")
        }
        let stranger = await get(try client(), port: port, "/")
        #expect(stranger.contains("New, TLSv1"), "sessions belong to one context")
        await loops.shutdown()
    }

    /// A resumed session brings no certificate along; the server still has to know who it is.
    @Test func aResumedSessionKeepsTheClientsName() async throws {
        let fixture = try await ServerFixture(tls: try server(clients: "good.pem"))
        let request = #"printf 'GET /peer HTTP/1.0\r\n\r\n'"#
        let options =
            "-connect 127.0.0.1:\(fixture.port) -CAfile \(files["good.pem"]) -cert \(files["client.pem"]) "
            + "-key \(files["client.key"]) -ign_eof"
        let ticket = files["ticket"]
        let first = try await shell("\(request) | openssl s_client \(options) -sess_out \(ticket) 2>&1")
        #expect(first.contains("New, TLSv1.3") && first.contains("gw-7"), "\(first.suffix(300))")
        let second = try await shell("\(request) | openssl s_client \(options) -sess_in \(ticket) 2>&1")
        #expect(second.contains("Reused, TLSv1.3") && second.contains("gw-7"), "\(second.suffix(300))")
        await fixture.stop()
        await loops.shutdown()
    }

    /// A ticket outlives the certificate that it was given for, and must be worth nothing then.
    @Test func aResumedSessionEndsWithItsCertificate() async throws {
        try files.run(
            """
            printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\nnew_certs_dir=.\\nserial=number\\npolicy=p\\n' > ca.conf
            printf 'default_md=sha256\\n[p]\\ncommonName=supplied\\n' >> ca.conf
            touch index.txt; echo 01 > number
            openssl ca -config ca.conf -batch -notext -in client.csr -cert good.pem -keyfile good.key -out brief.pem \
                -startdate 20200101000000Z -enddate $(date -u -d '+10 sec' +%Y%m%d%H%M%SZ)
            cp client.key brief.key
            """)
        let fixture = try await ServerFixture(tls: try server(clients: "good.pem"))
        let request = #"printf 'GET /peer HTTP/1.0\r\n\r\n'"#
        let options =
            "-connect 127.0.0.1:\(fixture.port) -CAfile \(files["good.pem"]) -cert \(files["brief.pem"]) "
            + "-key \(files["brief.key"]) -ign_eof"
        let ticket = files["ticket"]
        let first = try await shell("\(request) | openssl s_client \(options) -sess_out \(ticket) 2>&1")
        #expect(first.contains("client [] []"), "\(first.suffix(300))")
        // Until the certificate has ended, as who connects without a ticket learns.
        while !(try await shell("\(request) | openssl s_client \(options) 2>&1")).contains("certificate expired") {
            try await Task.sleep(for: .milliseconds(200))
        }
        let late = try await shell("\(request) | openssl s_client \(options) -sess_in \(ticket) 2>&1")
        #expect(late.contains("Reused, TLSv1.3"), "\(late.suffix(300))")
        #expect(!late.contains("client [] []") && !late.contains("200 OK"), "\(late.suffix(300))")
        await fixture.stop()
        await loops.shutdown()
    }

    @Test func anOldServerIsRefused() async throws {
        let port = try LoopbackPort.free()
        let server = try RealProcess(
            "openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0", "-cert",
                files["server.pem"], "-key", files["server.key"],
            ], log: files["s_server.log"])
        defer { server.kill() }
        try server.waitUntilListening(on: port)
        let text = await get(try client(), port: port, "/")
        #expect(text.contains("protocol version"), "\(text)")
        await loops.shutdown()
    }

    @Test func keysComeFromAStore() async throws {
        let settings = TLSServerSettings(
            certificateFile: files["server.pem"], key: TLSKeySource("file:" + files["server.key"]))
        let fixture = try await ServerFixture(tls: try ReloadingTLSContext(server: settings))
        #expect(await get(try client(), port: fixture.port) == "hello\n")
        await fixture.stop()
        for (uri, expected) in [
            ("file:" + files["client.key"], "does not belong to the certificate"),
            ("file:" + files["absent.key"], "cannot be used: "),
            ("file:" + files["server.pem"], "cannot be used: "),
            // Nobody is asked for the passphrase.
            ("file:" + files["locked.key"], "cannot be used: "),
            ("nothing:x", "cannot be used: "),
        ] {
            var wrong = settings
            wrong.key = TLSKeySource(uri)
            let error = #expect(throws: TLSSettingsError.self) { try ReloadingTLSContext(server: wrong) }
            #expect(error?.description.contains(expected) == true, "\(uri): \(error?.description ?? "")")
        }
        let pin = TLSKeySource("pkcs11:object=gw;type=private?pin-value=1234&module-name=x")
        #expect(pin.isURI && pin.description == "pkcs11:object=gw;type=private?pin-value=***&module-name=x")
        #expect(!TLSKeySource("/etc/wayside/a:b.key").isURI)
        await loops.shutdown()
    }

    @Test func clientCertificatesMayBeOptional() async throws {
        let settings = TLSServerSettings(
            certificateFile: files["server.pem"], key: TLSKeySource(files["server.key"]),
            clientAuthorityFile: files["good.pem"], clientAuthentication: .ifGiven)
        let fixture = try await ServerFixture(tls: try ReloadingTLSContext(server: settings))
        #expect(await get(try client(), port: fixture.port, "/peer") == "unknown\n")
        #expect(await get(try client("client"), port: fixture.port, "/peer").contains("gw-7"))
        #expect(await get(try client("stranger"), port: fixture.port, "/peer").contains("unknown ca"))
        await fixture.stop()
        await loops.shutdown()
    }

    /// A leak of one connection's state, tens of kilobytes, would show a hundredfold.
    @Test func thousandsOfConnectionsLeaveNothingBehind() async throws {
        let fixture = try await ServerFixture(tls: try server(clients: "good.pem"))
        let (identity, anonymous) = (try client("client"), try client())
        func connect(_ count: Int) async {
            for number in 0..<count {
                // Every tenth is refused by the server.
                let isRefused = number % 10 == 9
                let text = await get(isRefused ? anonymous : identity, port: fixture.port)
                #expect(isRefused ? text.contains("wants a client certificate") : text == "hello\n", "\(text)")
            }
        }
        await connect(300)
        try await fixture.until { $0.openConnections == 0 }
        let before = try residentBytes()
        await connect(2000)
        try await fixture.until { $0.openConnections == 0 }
        let growth = try residentBytes() - before
        #expect(growth < 8 << 20, "\(growth) bytes more after 2,000 connections")
        #expect(fixture.server.counts().tlsFailures == 230)
        await fixture.stop()
        await loops.shutdown()
    }

    private func residentBytes() throws -> Int {
        let fields = try Files.readText("/proc/self/statm").split(separator: " ")
        return try #require(fields.count > 1 ? Int(fields[1]) : nil) * 4096
    }
}
