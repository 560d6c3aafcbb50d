import MQTTSession
import TLSTransport
import TestPeers
import Testing

/// Sessions over TLS with a real mosquitto that requires client certificates.
@Suite(.timeLimit(.minutes(4))) struct TLSTests {
    let files: CertificateFiles
    let port: Int

    init() throws {
        files = try CertificateFiles()
        port = try LoopbackPort.free()
    }

    /// A broker with the certificate `name`; what it is given on its plain port comes out of its TLS port.
    private func broker(_ name: String, requiresCertificate: Bool = true) throws -> MosquittoBroker {
        let broker = try MosquittoBroker(settings: [
            "listener \(port) 127.0.0.1", "cafile \(files["good.pem"])", "certfile \(files[name + ".pem"])",
            "keyfile \(files[name + ".key"])", "require_certificate \(requiresCertificate)",
        ])
        try broker.start()
        return broker
    }

    private func session(
        trust: String = "good.pem", identity: String? = "client", host: String = "127.0.0.1", serverName: String? = nil,
        receiveMaximum: Int = 1000
    ) throws -> SessionUnderTest {
        let settings = TLSClientSettings(
            name: "mqtt[0].tls_config", authorityFile: files[trust], serverName: serverName,
            certificateFile: identity.map { files[$0 + ".pem"] },
            key: identity.map { TLSKeySource(files[$0 + ".key"]) },
            offersHTTP: false)
        var configuration = MQTTConfiguration(
            broker: MQTTBrokerAddress(host: host, port: port), clientID: "secured", subscriptions: ["t/#"])
        configuration.receiveMaximum = receiveMaximum
        configuration.batchMessageLimit = max(1, receiveMaximum / 2)
        configuration.firstDelayMilliseconds = 50
        configuration.longestDelayMilliseconds = 100
        return try SessionUnderTest(
            configuration, security: try ReloadingTLSContext(.clientOfLibrary(settings, host: host), lookEvery: .zero))
    }

    private func failure(_ session: SessionUnderTest) throws -> String {
        var text = ""
        // A name may have an address where nobody listens.
        try Condition.wait(for: "a refused certificate; last: \(session.session.status.lastError ?? "none")") {
            text = session.session.status.lastError ?? ""
            return text.contains("certificate")
        }
        try session.stopAndWait()
        #expect(session.session.status.connectCount == 0)
        return text
    }

    /// Small receive windows end a read in the middle of what TLS has decrypted; nothing may be left lying there.
    @Test(arguments: [1000, 4]) func messagesArrive(receiveMaximum: Int) throws {
        let broker = try broker("server")
        let session = try session(receiveMaximum: receiveMaximum)
        try session.waitUntilConnected()
        let sender = try Sender(broker)
        let count = 2000
        try sender.connect()
        try sender.send("t/x", (0..<count).map { "message \($0)" })
        try session.waitUntilReceived(count)
        #expect(session.payloads == (0..<count).map { "message \($0)" })
        try session.stopAndWait()
        #expect(session.session.status.lastError == nil)
    }

    @Test func aNameIsChecked() throws {
        let broker = try broker("named")
        let wrong = try failure(try session(host: "localhost"))
        #expect(
            wrong
                == "the certificate of localhost:\(port) is for hub.example and not for the host of the url; connect by "
                + "such a name, or give it as mqtt[0].tls_config.server_name: hostname mismatch")
        let address = try failure(try session())
        #expect(address.hasSuffix("IP address mismatch"), "\(address)")
        let named = try session(host: "localhost", serverName: "hub.example")
        try named.waitUntilConnected()
        try named.stopAndWait()
        withExtendedLifetime(broker) {}
    }

    @Test func authoritiesAreChecked() throws {
        let broker = try broker("server")
        let text = try failure(try session(trust: "other.pem"))
        #expect(
            text == "the certificate of 127.0.0.1:\(port) is signed by an authority that is not in "
                + "mqtt[0].tls_config.ca_file (\(files["other.pem"])): self-signed certificate in certificate chain")
        withExtendedLifetime(broker) {}
    }

    @Test func endedCertificatesAreRefused() throws {
        let broker = try broker("expired")
        let text = try failure(try session())
        #expect(text.contains("must be renewed there") && text.hasSuffix("certificate has expired"), "\(text)")
        withExtendedLifetime(broker) {}
    }

    @Test func theBrokersRefusalsAreTold() throws {
        let broker = try broker("server")
        let missing = try failure(try session(identity: nil))
        #expect(
            missing.hasPrefix(
                "127.0.0.1:\(port) wants a client certificate; give one as mqtt[0].tls_config.cert_file and "
                    + "mqtt[0].tls_config.key_file: "), "\(missing)")
        let stranger = try failure(try session(identity: "stranger"))
        #expect(
            stranger.hasPrefix(
                "127.0.0.1:\(port) does not accept the client certificate mqtt[0].tls_config.cert_file "
                    + "(\(files["stranger.pem"])): "), "\(stranger)")
        withExtendedLifetime(broker) {}
    }

    /// What the first message says, as a server sees it: brokers behind one address are told apart by it.
    @Test(
        arguments: [
            ("localhost", nil, "localhost"), ("127.0.0.1", nil, ""), ("localhost", "hub.example", "hub.example"),
        ]
            as [(String, String?, String)])
    func theServersNameIsSent(host: String, serverName: String?, expected: String) throws {
        let script = """
            import socket, ssl
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("server.pem", "server.key")
            context.sni_callback = lambda tls, name, context: print("name", name or "", flush=True)
            listener = socket.create_server(("127.0.0.1", \(port)))
            print("ready", flush=True)
            while True:
                try: context.wrap_socket(listener.accept()[0], server_side=True).recv(1)
                except OSError: pass
            """
        try writeText(script, to: files["names.py"])
        let server = try RealProcess(
            "/bin/sh", ["-c", "cd \(files.directory.path) && exec python3 names.py"], log: files["names.log"])
        defer { server.kill() }
        try Condition.wait(for: "the server") { server.log.contains("ready") }
        let session = try session(host: host, serverName: serverName)
        try Condition.wait(for: "a name") { server.log.contains("name") }
        try session.stopAndWait()
        #expect(server.log.split(separator: "\n").dropFirst().first == "name \(expected)")
    }

    @Test func aRenewedCertificateIsUsedAtTheNextConnection() throws {
        let broker = try broker("server")
        // Signed by others first, so that the broker tells when the new one comes.
        try files.renew("client", names: "DNS:gw-7", signedBy: "other")
        let session = try session()
        try Condition.wait(for: "a refusal") { session.session.status.lastError?.contains("does not accept") == true }
        try files.renew("client", names: "DNS:gw-7")
        try session.waitUntilConnected()
        try session.stopAndWait()
        withExtendedLifetime(broker) {}
    }
}
