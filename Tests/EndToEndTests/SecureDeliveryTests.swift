import Daemon
import HTTPExchange
import LinuxSystem
import TLSTransport
import TestPeers
import Testing

/// Samples over TLS with client certificates, and what a person reads when something is wrong with one.
@Suite struct SecureDeliveryTests {
    let files: CertificateFiles

    init() throws { files = try CertificateFiles() }

    /// The tests' own way in.
    private func web(_ identity: String = "client") throws -> Web {
        Web(
            tls: try ReloadingTLSContext(
                client: TLSClientSettings(
                    authorityFile: files["good.pem"], certificateFile: files[identity + ".pem"],
                    key: TLSKeySource(files[identity + ".key"]))))
    }

    private func hub(_ certificate: String = "server", web: Web? = nil) async throws -> RunningHub {
        let tls =
            "tls_server_config: {cert_file: \(files[certificate + ".pem"]), key_file: \(files[certificate + ".key"]), "
            + "client_ca_file: \(files["good.pem"]), client_auth_type: RequireAndVerifyClientCert}"
        // The agents of these tests share a name and differ in their certificates.
        let names = ["client", "stranger"].map { "\($0): [test-gateway]" }.joined(separator: ", ")
        return try await RunningHub(
            http: tls, settings: "fleet: {identities: {\(names)}}", secured: try web ?? self.web())
    }

    private func tlsConfig(trust: String = "good.pem", identity: String? = "client", more: String = "") -> String {
        let own = identity.map { ", cert_file: \(files[$0 + ".pem"]), key_file: \(files[$0 + ".key"])" } ?? ""
        return "{ca_file: \(files[trust])\(own)\(more)}"
    }

    private func agent(_ url: String, _ tls: String, mqtt: String = "mqtt: []") async throws -> RunningAgent {
        try await RunningAgent(
            settings: "remote_write: [{url: \"\(url)\", batch_for: 1s, tls_config: \(tls)}]", mqtt: mqtt)
    }

    private func waitForSamples(_ query: QueryAPI, _ what: String) async throws {
        try await Web.shared.wait(for: what) {
            (try await query.vector("count_over_time(node_load1{instance=\"test-gateway\"}[5m])").first?.number ?? 0)
                >= 3
        }
    }

    private func lastError(_ agent: RunningAgent) async throws -> String {
        var text = ""
        try await Web.shared.wait(for: "an error of the destination") {
            let page = try await Web.shared.json(agent.base + "/api/v1/buffer")
            text = page["destinations"]?.elements.first?["last_error"]?.text ?? ""
            return !text.isEmpty
        }
        return text
    }

    /// The certificate of the client is issued to "client" and the DNS name "gw-7"; it may write as those and no other.
    @Test func anAgentIDBelongsToItsCertificate() async throws {
        let tls =
            "tls_server_config: {cert_file: \(files["server.pem"]), key_file: \(files["server.key"]), "
            + "client_ca_file: \(files["good.pem"]), client_auth_type: VerifyClientCertIfGiven}"
        let hub = try await RunningHub(http: tls, secured: try web())
        func agent(_ id: String, identity: String? = "client") async throws -> RunningAgent {
            try await RunningAgent(
                id: id,
                settings: "remote_write: [{url: \"\(hub.writeURL)\", batch_for: 1s, "
                    + "tls_config: \(tlsConfig(identity: identity))}]")
        }
        let own = try await agent("gw-7")
        try await hub.web.wait(for: "samples of gw-7") {
            try await !hub.query.vector("node_load1{instance=\"gw-7\"}").isEmpty
        }
        let foreign = try await agent("gw-9")
        #expect(try await lastError(foreign).contains("fleet.identities: {client: [gw-9]}"))
        // Where a certificate may be left out, leaving it out makes nobody an agent.
        let nobody = try await agent("gw-7", identity: nil)
        #expect(try await lastError(nobody).contains("without a client certificate may not write as \"gw-7\""))
        #expect(try await hub.query.vector("node_load1{instance=\"gw-9\"}").isEmpty)
        _ = own
    }

    @Test func toTheHub() async throws {
        let hub = try await hub()
        let agent = try await agent(hub.writeURL, tlsConfig())
        try await waitForSamples(hub.query, "samples at the hub")
        let expiry = try await MetricsText.scrape(agent.metricsURL).value(
            "wayside_tls_certificate_expiry_timestamp_seconds", ["use": "remote_write", "file": files["client.pem"]])
        let days = (try #require(expiry) - Double(Clocks.unixMilliseconds()) / 1000) / 86_400
        #expect((29...30).contains(days))
        let own = try MetricsText(try await hub.web.text(hub.base + "/metrics"))
        #expect(
            own.value(
                "wayside_tls_certificate_expiry_timestamp_seconds", ["use": "http", "file": files["server.pem"]]) != nil
        )
        // Without a certificate nobody gets in, and by plain HTTP neither.
        await #expect(throws: HTTPClientError.self) {
            try await Web(
                tls: try ReloadingTLSContext(client: TLSClientSettings(authorityFile: files["good.pem"]))
            ).get(hub.base + "/metrics")
        }
        await #expect(throws: HTTPClientError.self) { try await Web.shared.get("http://127.0.0.1:\(hub.port)/metrics") }
        let arguments = ["query", "--url", hub.base, "--ca-file", files["good.pem"], "up"]
        let identity = ["--cert-file", files["client.pem"], "--key-file", files["client.key"]]
        let answer = try Programs.run(Programs.hub, arguments + identity)
        #expect(answer.exitCode == 0 && answer.output.contains("test-gateway"), "\(answer.output)")
        let refused = try Programs.run(Programs.hub, arguments)
        #expect(
            refused.exitCode == 1 && refused.output.contains("give one as --cert-file and --key-file"),
            "\(refused.output)")
    }

    /// One agent for each mistake; the error is in `status`, on the page and in the log, and nothing is dropped.
    @Test func theUsualMistakesNameWhatToChange() async throws {
        let hub = try await hub()
        let place = "127.0.0.1:\(hub.port)"
        let setting = "remote_write[0].tls_config"
        let mistakes = [
            (
                tlsConfig(trust: "other.pem"),
                "the certificate of \(place) is signed by an authority that is not in \(setting).ca_file "
                    + "(\(files["other.pem"])): "
            ),
            (
                tlsConfig(more: ", server_name: hub.example"),
                "is for localhost, 127.0.0.1 and not for \(setting).server_name (hub.example)"
            ),
            (
                tlsConfig(identity: nil),
                "\(place) wants a client certificate; give one as \(setting).cert_file and \(setting).key_file"
            ),
            (
                tlsConfig(identity: "stranger"),
                "\(place) does not accept the client certificate \(setting).cert_file (\(files["stranger.pem"])): "
            ),
            (
                tlsConfig(identity: "late"),
                "\(place) does not accept the client certificate \(setting).cert_file (\(files["late.pem"])): "
            ),
        ]
        for (tls, expected) in mistakes {
            let agent = try await agent(hub.writeURL, tls)
            let error = try await lastError(agent)
            #expect(error.contains(expected), "\(error)")
            try await Web.shared.wait(for: "the log to say so") { agent.log.contains(expected) }
            let status = try Programs.run(Programs.agent, ["status", "--config", agent.configPath])
            #expect(status.output.contains(expected.prefix(40)), "\(status.output)")
            let dropped = try await MetricsText.scrape(agent.metricsURL).all(
                "wayside_remote_write_dropped_samples_total")
            #expect(dropped.values.allSatisfy { $0 == 0 })
            #expect(!agent.log.contains("PRIVATE KEY"))
        }
        // What the hub's operator reads; lines are limited, so that one of several is enough.
        #expect(
            hub.log.contains(
                "does not accept the certificate http.tls_server_config.cert_file (\(files["server.pem"]))"),
            "\(hub.log)")

        let expired = try await Self.expiredHub(files)
        let agent = try await agent("https://127.0.0.1:\(expired.port)/api/v1/write", tlsConfig())
        let error = try await lastError(agent)
        #expect(error.contains("must be renewed there, unless this machine's clock is wrong"), "\(error)")
    }

    /// A server whose certificate has ended.
    private static func expiredHub(_ files: CertificateFiles) async throws -> RunningPeer {
        try RunningPeer("openssl") { port, _ in
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-cert", files["expired.pem"], "-key",
                files["expired.key"],
            ]
        }
    }

    @Test func certificatesAreRenewedWhileRunning() async throws {
        let hub = try await hub()
        let agent = try await agent(hub.writeURL, tlsConfig(identity: "stranger"))
        #expect(try await lastError(agent).contains("does not accept the client certificate"))
        try files.renew("stranger", names: "DNS:gw-8")
        try await waitForSamples(hub.query, "samples once the agent has its new certificate")
        #expect(agent.log.contains("changed certificate files are in use for new connections"), "\(agent.log)")

        // The hub's: a new connection is shown the new certificate.
        try files.renew("server", names: "DNS:localhost,IP:127.0.0.1", days: 90)
        try await Web.shared.wait(for: "the hub to show its new certificate") {
            let metrics = try MetricsText(try await web().text(hub.base + "/metrics"))
            let expiry = metrics.all("wayside_tls_certificate_expiry_timestamp_seconds").values.first ?? 0
            return expiry > Double(Clocks.unixMilliseconds()) / 1000 + 80 * 86_400
        }
        #expect(hub.log.contains("changed certificate files are in use for new connections"), "\(hub.log)")
    }

    @Test(
        .enabled(if: Programs.peer("nginx") != nil, "nginx is not installed"),
        .enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func toPrometheusBehindNginx() async throws {
        let prometheus = try RunningPeer.prometheus()
        let nginx = try RunningPeer(Programs.peer("nginx") ?? "nginx") { port, directory in
            try writeText(
                """
                daemon off; pid \(directory)/pid; error_log \(directory)/error.log;
                events {}
                http {
                  access_log off; client_body_buffer_size 1m; client_body_temp_path \(directory)/body; proxy_temp_path \(directory)/proxy;
                  fastcgi_temp_path \(directory)/f; uwsgi_temp_path \(directory)/u; scgi_temp_path \(directory)/s;
                  server {
                    listen 127.0.0.1:\(port) ssl;
                    ssl_certificate \(files["server.pem"]); ssl_certificate_key \(files["server.key"]);
                    ssl_client_certificate \(files["good.pem"]); ssl_verify_client on;
                    location / { proxy_pass http://127.0.0.1:\(prometheus.port); }
                  }
                }
                """, to: directory + "/nginx.conf")
            return ["-c", directory + "/nginx.conf", "-p", directory]
        }
        let url = "https://127.0.0.1:\(nginx.port)/api/v1/write"
        let agent = try await agent(url, tlsConfig())
        try await waitForSamples(prometheus.query, "samples at Prometheus")
        agent.stop()
        // nginx answers 400, which must cost no samples: it is about the certificate and not about them.
        for (identity, expected) in [
            (nil, "wants a client certificate; give one as remote_write[0].tls_config.cert_file"),
            ("stranger", "does not accept the client certificate remote_write[0].tls_config.cert_file"),
        ] as [(String?, String)] {
            let mistaken = try await self.agent(url, tlsConfig(identity: identity))
            let error = try await lastError(mistaken)
            #expect(error.contains(expected), "\(error)")
            let dropped = try await MetricsText.scrape(mistaken.metricsURL)
                .all("wayside_remote_write_dropped_samples_total")
            #expect(dropped.values.allSatisfy { $0 == 0 })
        }
    }

    @Test func messagesFromABroker() async throws {
        let port = try LoopbackPort.free()
        let broker = try MosquittoBroker(settings: [
            "listener \(port) 127.0.0.1", "cafile \(files["good.pem"])", "certfile \(files["server.pem"])",
            "keyfile \(files["server.key"])", "require_certificate true",
        ])
        try broker.start()
        let hub = try await hub()
        let agent = try await agent(
            hub.writeURL, tlsConfig(), mqtt: "mqtt: [{url: \"mqtts://127.0.0.1:\(port)\", tls_config: \(tlsConfig())}]")
        let fleet = try SimulatedFleet(
            ["--profile", "wayside", "--devices", "1", "--rate", "5", "--seed", "11"], broker: broker.url)
        try await Web.shared.wait(for: "a device at the hub") {
            !(try await hub.query.vector("sensor_data_age_seconds")).isEmpty
        }
        _ = try fleet.stop()
        let mistaken = try await self.agent(
            hub.writeURL, tlsConfig(),
            mqtt: "mqtt: [{url: \"mqtts://127.0.0.1:\(port)\", tls_config: \(tlsConfig(identity: nil))}]")
        try await Web.shared.wait(for: "the log to say so") {
            mistaken.log.contains(
                "127.0.0.1:\(port) wants a client certificate; give one as mqtt[0].tls_config.cert_file")
        }
        let status = try Programs.run(Programs.agent, ["status", "--config", mistaken.configPath])
        #expect(status.output.contains("wants a client certificate"), "\(status.output)")
        withExtendedLifetime(agent) {}
    }

    @Test func checkConfigNamesFilesAndKeys() throws {
        let path = files["agent.yaml"]
        try writeText(
            """
            http:
              tls_server_config: {cert_file: server.pem, key_file: client.key}
            mqtt:
              - {url: "mqtt://broker", tls_config: {ca_file: good.pem}}
              - {url: "mqtts://broker", tls_config: {ca_file: garbage.pem}}
            remote_write:
              - url: https://hub/api/v1/write
                tls_config:
                  ca_file: absent.pem
              - url: https://hub2/api/v1/write
                tls_config: {cert_file: client.pem, key_file: "pkcs11:object=gw?pin-value=4711"}
              - url: https://hub3/api/v1/write
                tls_config: {cert_file: client.pem, key_file: client.key, ca_file: good.pem, server_name: hub}
            """, to: path)
        let result = try Programs.run(Programs.agent, ["check-config", "--config", path])
        #expect(result.exitCode == 2)
        for part in [
            "\(path):2:56: http.tls_server_config.key_file: the key \(files["client.key"]) does not belong to",
            "mqtt[0].tls_config: has no use with mqtt://; write the url with mqtts://",
            "mqtt[1].tls_config.ca_file: the authorities in \(files["garbage.pem"]) cannot be used: no PEM certificate",
            "\(path):9:16: remote_write[0].tls_config.ca_file: the authorities in \(files["absent.pem"]) cannot be used: "
                + "No such file or directory",
            "remote_write[1].tls_config.key_file: a PIN in an address would show in logs", "5 problems",
        ] {
            #expect(result.output.contains(part), "\(part) is missing in:\n\(result.output)")
        }
        #expect(!result.output.contains("4711"), "\(result.output)")
    }
}
