import Daemon
import HTTPExchange
import LinuxSystem
import TestPeers
import Testing

/// Who may ask a listener, and as whom an agent may write, with real processes.
@Suite struct AuthenticationTests {
    // MARK: Listeners

    /// Every path that a program has wants credentials, and one that it does not have as well.
    @Test func noPathOfEitherProgramIsOpen() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        let agent = try await RunningAgent(http: Credentials.http)
        for base in [hub.base, agent.base] {
            let missing = try await Web.shared.get(base + "/nothing", headers: Credentials.bearer)
            let paths = String(decoding: missing.body, as: UTF8.self).split(separator: "\n").dropFirst().map {
                String($0.drop { $0 == " " })
            }
            #expect(paths.contains("/metrics") && paths.contains("/-/healthy"), "\(paths)")
            for path in paths + ["/nothing"] {
                let url = base + path.replacing("{name}", with: "x")
                for method in [Web.shared.get, { try await Web.shared.post($0, headers: $1, body: [1]) }] {
                    let answer = try await method(url, [:])
                    #expect(answer.status.code == 401, "\(url): \(answer.status)")
                    #expect(answer.headers.values("WWW-Authenticate").count == 2)
                    #expect(answer.firstLine().contains("http.basic_auth_users"))
                }
            }
            for headers in [Credentials.basic, Credentials.otherBasic, Credentials.bearer] {
                #expect(try await Web.shared.get(base + "/metrics", headers: headers).status.code == 200)
            }
            let metrics = try MetricsText(try await Web.shared.text(base + "/metrics", headers: Credentials.basic))
            #expect(metrics.value("wayside_http_password_checks_total") == 2)
            let refused = metrics.value("wayside_http_refused_credentials_total", ["reason": "missing"]) ?? 0
            #expect(refused >= Double(paths.count))
        }
        // The socket in the data directory is protected by its mode.
        let status = try Programs.run(Programs.agent, ["status", "--config", agent.configPath])
        #expect(status.exitCode == 0, "\(status.output)")
    }

    @Test(.enabled(if: Programs.peer("curl") != nil, "curl is not installed"))
    func curlIsLetInWithTheRightCredentialsOnly() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        func code(_ arguments: String...) throws -> String {
            try Programs.run(
                "/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", hub.base + "/metrics"] + arguments
            ).output
        }
        #expect(try code() == "401")
        #expect(try code("-u", "gw-7:" + Credentials.password) == "200")
        #expect(try code("--anyauth", "-u", "gw-7:" + Credentials.password) == "200")
        #expect(try code("-u", "gw-7:" + Credentials.otherPassword) == "401")
        #expect(try code("-u", "nobody:" + Credentials.password) == "401")
        #expect(try code("--oauth2-bearer", Credentials.token) == "200")
        #expect(try code("--oauth2-bearer", Credentials.tokenDigest) == "401")
    }

    @Test func theQueryCommandBringsCredentials() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        try writeText(Credentials.password + "\n", to: directory.path + "/password")
        try writeText(Credentials.token + "\n", to: directory.path + "/token")
        func query(_ arguments: String...) throws -> (exitCode: Int32, output: String) {
            try Programs.run(Programs.hub, ["query", "--url", hub.base, "vector(42)"] + arguments)
        }
        for arguments in [
            ["--user", "gw-7", "--password-file", directory.path + "/password"],
            ["--bearer-token-file", directory.path + "/token"],
        ] {
            let answer = try Programs.run(Programs.hub, ["query", "--url", hub.base, "vector(42)"] + arguments)
            #expect(answer.exitCode == 0 && answer.output.contains("42"), "\(answer.output)")
        }
        let none = try query()
        #expect(none.exitCode == 2 && none.output.contains("--user and --password-file"), "\(none.output)")
        let gone = try query("--bearer-token-file", directory.path + "/gone")
        #expect(gone.exitCode == 2 && gone.output.contains("--bearer-token-file: the file \(directory.path)/gone"))
        #expect(try query("--user", "gw-7").exitCode == 2)
        let inAddress = try Programs.run(
            Programs.hub, ["query", "--url", "http://gw-7:\(Credentials.password)@127.0.0.1:1", "1"])
        #expect(inAddress.exitCode == 2 && inAddress.output.contains("--password-file"), "\(inAddress.output)")
        #expect(!inAddress.output.contains(Credentials.password))
    }

    // MARK: Senders

    @Test(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func prometheusInAgentModeWritesWithAPassword() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        let target = try await RunningHub()
        let right = try RunningPeer.prometheusAgent(
            scraping: [target.port], into: [hub.writeURL],
            options: "basic_auth: {username: gw-7, password: \(Credentials.password)}")
        var query = hub.query
        query.headers = Credentials.bearer
        try await Web.shared.wait(for: "what Prometheus scrapes") {
            try await !query.vector("up{job=\"peer\"}").isEmpty
        }
        right.process.terminate()
        let wrong = try RunningPeer.prometheusAgent(
            scraping: [target.port], into: [hub.writeURL],
            options: "basic_auth: {username: gw-7, password: \(Credentials.otherPassword)}")
        try await Web.shared.wait(for: "a refusal of the wrong password") {
            let metrics = try MetricsText(try await Web.shared.text(hub.base + "/metrics", headers: Credentials.bearer))
            return metrics.value("wayside_http_refused_credentials_total", ["reason": "wrong_password"]) ?? 0 > 0
        }
        _ = wrong
    }

    /// Prometheus's own web configuration file, with the same hash.
    @Test(.enabled(if: Programs.peer("prometheus") != nil, "prometheus is not installed"))
    func theAgentWritesToAPrometheusThatWantsAPassword() async throws {
        let peer = try RunningPeer.prometheus(web: "basic_auth_users: {gw-7: \"\(Credentials.hash)\"}\n")
        let agent = try await RunningAgent(
            settings: """
                remote_write:
                  - url: "\(peer.base)/api/v1/write"
                    batch_for: 1s
                    basic_auth: {username: gw-7, password: \(Credentials.password)}
                """)
        var query = peer.query
        query.headers = Credentials.basic
        try await Web.shared.wait(for: "the agent's samples") { try await !query.vector("node_load1").isEmpty }
        _ = agent
    }

    /// A wrong password pauses the agent, loses nothing, and says which setting to look at; the right one, put into
    /// the same file, sets it going.
    @Test func aWrongPasswordIsNamedAndNothingIsLost() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let file = directory.path + "/password"
        try writeText(Credentials.otherPassword + "\n", to: file)
        let agent = try await RunningAgent(
            id: "gw-7",
            settings: """
                remote_write:
                  - {url: "\(hub.writeURL)", batch_for: 1s, basic_auth: {username: gw-7, password_file: \(file)}}
                """)
        try await Web.shared.wait(for: "the refusal in the log") {
            agent.log.contains("nothing is dropped") && agent.log.contains("remote_write[0].basic_auth")
        }
        #expect(agent.log.contains("level=error"))
        let status = try Programs.run(Programs.agent, ["status", "--config", agent.configPath])
        let words = status.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            words.contains(
                "status 401 – check remote_write[0].basic_auth (user gw-7, \(file)): The user name or the password"),
            "\(status.output)")
        let before = try await MetricsText.scrape(agent.metricsURL)
        let first = try #require(before.value("node_time_seconds"))
        #expect(before.all("wayside_remote_write_dropped_samples_total").values.allSatisfy { $0 == 0 })

        // The pause is a minute at least; a restart ends it.
        try Files.replace(file, with: Array((Credentials.password + "\n").utf8))
        agent.stop()
        try await agent.start()
        var query = hub.query
        query.headers = Credentials.bearer
        try await Web.shared.wait(for: "what was taken while the password was wrong") {
            let samples = try await query.samples("node_time_seconds{instance=\"gw-7\"}[1h]")
            return samples.values.contains { ($0.first.map { Double($0.0) } ?? .infinity) <= first * 1000 + 1000 }
        }
    }

    /// A token is rotated under a running agent; while its file is missing nothing is sent and nothing is lost.
    @Test func aRotatedTokenIsUsedAndAMissingOneIsNamed() async throws {
        let hub = try await RunningHub(http: Credentials.http, settings: "fleet: {identities: {grafana: [gw-7]}}")
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let file = directory.path + "/token"
        let agent = try await RunningAgent(
            id: "gw-7",
            settings: """
                remote_write:
                  - {url: "\(hub.writeURL)", batch_for: 1s, authorization: {credentials_file: \(file)}}
                """)
        let problem = "remote_write[0].authorization.credentials_file: the file \(file) cannot be read"
        try await Web.shared.wait(for: "the missing file in the log") { agent.log.contains(problem) }
        let check = try Programs.run(Programs.agent, ["check-config", "--config", agent.configPath])
        #expect(check.exitCode == 2 && check.output.contains(problem), "\(check.output)")
        let first = try #require(try await MetricsText.scrape(agent.metricsURL).value("node_time_seconds"))
        try Files.replace(file, with: Array((Credentials.token + "\n").utf8))
        var query = hub.query
        query.headers = Credentials.bearer
        try await Web.shared.wait(for: "what was taken while the token was missing") {
            let samples = try await query.samples("node_time_seconds{instance=\"gw-7\"}[1h]")
            return samples.values.contains { ($0.first.map { Double($0.0) } ?? .infinity) <= first * 1000 + 1000 }
        }
        #expect(try Programs.run(Programs.agent, ["check-config", "--config", agent.configPath]).exitCode == 0)
    }

    /// While passwords are tried at full speed, a known agent's samples arrive as before, and a user who comes for the
    /// first time, from another address, is let in.
    @Test(.enabled(if: Programs.peer("curl") != nil, "curl is not installed"))
    func aFloodOfWrongPasswordsStopsNobody() async throws {
        let users = "basic_auth_users: {gw-7: \"\(Credentials.hash)\", gw-8: \"\(Credentials.slowHash)\"}"
        let hub = try await RunningHub(
            http: users + ", bearer_tokens: {grafana: \(Credentials.tokenDigest)}")
        let agent = try await RunningAgent(
            id: "gw-7",
            settings: """
                remote_write:
                  - url: "\(hub.writeURL)"
                    batch_for: 1s
                    basic_auth: {username: gw-7, password: \(Credentials.password)}
                """)
        func metrics() async throws -> MetricsText {
            try MetricsText(try await Web.shared.text(hub.base + "/metrics", headers: Credentials.bearer))
        }
        func stored() async throws -> Double {
            try await metrics().value("wayside_write_requests_total", ["outcome": "stored"]) ?? 0
        }
        try await Web.shared.wait(for: "the agent to be known") { try await stored() > 0 }
        let url = hub.base + "/metrics"
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    while !Task.isCancelled {
                        let field = AuthenticationTests.wrongField(Machine.randomWord())
                        _ = try await Web.shared.get(url, headers: ["Authorization": field])
                        // Leaves a processor to the rest of the machine; the hub's queue stays full all the same.
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            try await Web.shared.wait(for: "the flood to meet its limit") {
                try await metrics().value("wayside_http_refused_credentials_total", ["reason": "busy"]) ?? 0 > 100
            }
            let before = try await stored()
            try await Web.shared.wait(for: "five more requests of the agent") { try await stored() >= before + 5 }
            let code = try Programs.run(
                "/usr/bin/curl",
                [
                    "-s", "--interface", "127.0.0.2", "-o", "/dev/null", "-w", "%{http_code}", url, "-u",
                    "gw-8:" + Credentials.password,
                ])
            #expect(code.output == "200")
            let refused = try await metrics()
            #expect(refused.value("wayside_http_refused_credentials_total", ["reason": "wrong_password"]) ?? 0 > 0)
            group.cancelAll()
            // A request that is cancelled ends with an error, which is no failure here.
            while let result = await group.nextResult() { _ = result }
        }
        #expect(!agent.log.contains("not acknowledged"), "\(agent.log)")
    }

    /// The field of the user x with a password of its own for each number: every digit is written as "00d", of which
    /// the base 64 is known.
    private static func wrongField(_ number: UInt64) -> String {
        let last = Array("wxyz012345")
        return "Basic eDp4" + String(number).map { "MDA\(last[$0.wholeNumberValue ?? 0])" }.joined()
    }

    // MARK: Agent ids

    /// gw-8 with gw-8's password calls itself gw-7: the hub takes nothing, and both sides say what to change.
    @Test func anAgentMayNotWriteAsAnother() async throws {
        let hub = try await RunningHub(http: Credentials.http)
        let agent = try await RunningAgent(
            id: "gw-7",
            settings: """
                remote_write:
                  - url: "\(hub.writeURL)"
                    batch_for: 1s
                    basic_auth: {username: gw-8, password: \(Credentials.otherPassword)}
                """)
        try await Web.shared.wait(for: "the refusal in the agent's log") {
            agent.log.contains("status 403 – check agent.id and remote_write[0].basic_auth")
        }
        #expect(agent.log.contains("fleet.identities: {gw-8: [gw-7]}"), "\(agent.log)")
        #expect(hub.log.contains("fleet.identities: {gw-8: [gw-7]}"), "\(hub.log)")
        let metrics = try MetricsText(try await Web.shared.text(hub.base + "/metrics", headers: Credentials.bearer))
        #expect(metrics.value("wayside_refused_agents_total", ["reason": "other_name"]) ?? 0 > 0)
        #expect(metrics.value("wayside_write_requests_total", ["outcome": "forbidden"]) ?? 0 > 0)
        #expect(metrics.value("wayside_store_received_samples_total", ["outcome": "stored"]) == 0)
    }

    // MARK: Secrets

    /// Everything that both programs print, log and serve, after everything that can go wrong has: no secret is in it.
    @Test func noSecretIsEverShown() async throws {
        let debug = "log: {level: debug}\n"
        let hub = try await RunningHub(http: Credentials.http, settings: debug)
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let file = directory.path + "/password"
        try writeText("\(Credentials.password)\n", to: file)
        let agent = try await RunningAgent(
            id: "gw-9",
            settings: debug + """
                remote_write:
                  - {url: "\(hub.writeURL)", batch_for: 1s, basic_auth: {username: gw-7, password_file: \(file)}}
                  - {url: "\(hub.base)/none", batch_for: 1s, authorization: {credentials: \(Credentials.token)}}
                  - {url: "\(hub.base)/metrics", batch_for: 1s, basic_auth: {username: gw-7, password: \(Credentials.otherPassword)}}
                  - {url: "http://127.0.0.1:1/", batch_for: 1s, basic_auth: {username: gw-8, password: \(Credentials.otherPassword)}}
                """, http: Credentials.http)
        try await Web.shared.wait(for: "a refusal of each kind") {
            ["status 403", "status 404", "status 401", "127.0.0.1:1"].allSatisfy { agent.log.contains($0) }
        }
        for base in [hub.base, agent.base] {
            for headers in [["Authorization": "Basic " + Credentials.token], Credentials.bearer, Credentials.basic]
                as [HTTPHeaders]
            {
                _ = try await Web.shared.get(base + "/api/v1/query?query=(", headers: headers)
            }
        }
        var shown = agent.log + hub.log
        for base in [hub.base, agent.base] {
            for path in ["/metrics", "/api/v1/buffer", "/api/v1/devices", "/", "/nothing", "/api/v1/status/buildinfo"] {
                for headers in [Credentials.bearer, [:]] {
                    let answer = try await Web.shared.get(base + path, headers: headers)
                    shown += "\(answer.headers)" + String(decoding: answer.body, as: UTF8.self)
                }
            }
        }
        let settings = try Files.readText(agent.configPath)
        let broken = directory.path + "/broken.yaml"
        // A key that is unknown, a value of the wrong shape, and YAML that ends too early.
        for text in [
            settings.replacing("password:", with: "pasword:"),
            settings.replacing("basic_auth_users", with: "basic_auth_user"),
            settings.replacing("credentials:", with: "type: [],  credentials:"), settings + "\nx: [",
            settings + "\n\tx",
            settings.replacing("$2y$04", with: "$2y$99"),
            settings.replacing("url: \"http://", with: "url: \"http://gw-7:\(Credentials.password)@"),
        ] {
            try Files.replace(broken, with: Array(text.utf8))
            let check = try Programs.run(Programs.agent, ["check-config", "--config", broken])
            #expect(check.exitCode == 2)
            shown += check.output
        }
        for arguments in [["status"], ["check-config"]] {
            shown += try Programs.run(Programs.agent, arguments + ["--config", agent.configPath]).output
        }
        shown += try Programs.run(Programs.hub, ["check-config", "--config", hub.configPath]).output
        shown += try Programs.run(
            Programs.hub, ["query", "--url", hub.base, "up", "--user", "gw-8", "--password-file", file]
        ).output
        #expect(shown.contains("level=debug") || shown.contains("level=info"))
        for secret in Credentials.secrets {
            let lines = shown.split(separator: "\n").filter { $0.contains(secret) }
            #expect(lines.isEmpty, "\(secret) in \(lines.first ?? "")")
        }
    }
}
