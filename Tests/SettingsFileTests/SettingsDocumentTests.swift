import SettingsFile
import TestValues
import Testing

@Suite struct SettingsDocumentTests {
    static let whole = """
        # Everything given.
        id: ${SITE}-7
        labels: {site: plant-3, line: "2", empty: ""}
        http:
          listen: 0.0.0.0:1
          idle_timeout: 1m30s
        buffer_size: 128MiB
        device_limit: 5
        ratio: 0.25
        verbose: true
        remote_write:
          - url: https://[::1]:9009/api/v1/push
            protocol: "2.0"
            batch_for: 1m
            keep: [node_.*, 'up$${x}', "a$b"]
            resolution: {devices: 1s, node: 1m}
            password_file: secret
          - {url: http://h, password: "${SITE}"}
        """

    @Test func readsEveryKindOfValue() throws {
        let settings = try readPlant(Self.whole)
        #expect(settings.id == "plant-3-7")
        #expect(settings.labels.map(\.name) == ["site", "line", "empty"])
        #expect(settings.labels.map(\.value) == ["plant-3", "2", ""])
        #expect(settings.http.listen == "0.0.0.0:1")
        #expect(settings.http.idleTimeout == .seconds(90))
        #expect(settings.bufferSize == 128 << 20)
        #expect(settings.deviceLimit == 5)
        #expect(settings.ratio == 0.25)
        #expect(settings.isVerbose)
        let first = try #require(settings.remoteWrite.first)
        #expect(first.url?.host == "::1")
        #expect(first.url?.port == 9009)
        #expect(first.url?.path == "/api/v1/push")
        #expect(first.protocolVersion == .v2)
        #expect(first.batchFor == .seconds(60))
        #expect(first.keep == ["node_.*", "up${x}", "a$b"])
        #expect(first.resolution.map(\.value) == [.seconds(1), .seconds(60)])
        #expect(first.password?.revealed == "hunter2")
        #expect(settings.remoteWrite.last?.password?.revealed == "plant-3")
    }

    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "{}", "~", "http:\nremote_write:\nid: ~\nlabels: null\n", "\u{FEFF}",
    ])
    func givesDefaults(text: String) throws {
        let settings = try readPlant(text)
        #expect(settings.id == "gw")
        #expect(settings.labels.isEmpty)
        #expect(settings.http.listen == "127.0.0.1:9660")
        #expect(settings.http.idleTimeout == .seconds(75))
        #expect(settings.bufferSize == 64 << 20)
        #expect(settings.remoteWrite.isEmpty)
    }

    @Test func readsWindowsLineEndsAndByteOrderMark() throws {
        let text = "\u{FEFF}" + Self.whole.replacing("\n", with: "\r\n")
        #expect(try readPlant(text).deviceLimit == 5)
        let failure = #expect(throws: SettingsFailure.self) { try readPlant("\u{FEFF}idd: 1\r\n") }
        #expect(failure?.problems.first?.column == 1)
        #expect(failure?.problems.first?.sourceLine == "idd: 1")
    }

    @Test func countsColumnsInCharacters() {
        let failure = #expect(throws: SettingsFailure.self) { try readPlant("{id: Größe, verbose: jä}\n") }
        #expect(failure?.problems.first?.column == 22)
    }

    @Test func secretsAreNeverShown() throws {
        let first = try #require(try readPlant(Self.whole).remoteWrite.first)
        var dumped = ""
        dump(first, to: &dumped)
        for shown in ["\(first)", String(reflecting: first), dumped] { #expect(!shown.contains("hunter2")) }
    }

    /// Wherever a password stands in a wrong file, what is printed does not hold it.
    @Test(arguments: [
        "remote_write:\n  - {url: http://h, password: hunter2, x: 1}\n",
        "remote_write:\n  - {url: \"http://a:hunter2@h\"}\n",
        "remote_write:\n  - {urrl: \"http://a:hunter2@h\"}\n",
        "pasword: hunter2\n", "remote_write:\n  - {url: http://h, passwrd: hunter2}\n",
        "x: {credential: {a: 1, b: hunter2}, y: 1}\n", "password: \"a, hunter2\" x\n", "password: a,hunter2: 2\n",
        "hashes: {gw: \"$2y$10$hunter2\"}\n", "tokens:\n  gw-7: hunter2\n  - x\n",
        "password: hunter2\n", "bearer_token: hunter2 x\n", "Secret: [hunter2]\n", "password: \"hunter2\n",
        "remote_write:\n  - {url: 'x:hunter2@h'}\n", "  password: hunter2\n\tx: 1\n", "password: hunter2: 2\n",
    ])
    func errorsHideSecrets(text: String) {
        let failure = #expect(throws: SettingsFailure.self) { try readPlant(text) }
        #expect(failure?.description.contains("hunter2") == false)
    }

    @Test func anUnreadableFileIsSaid() {
        let failure = #expect(throws: SettingsFailure.self) {
            try SettingsDocument.read(path: "/nonexistent/a.yaml", as: PlantSettings.self)
        }
        #expect(
            failure?.description == """
                /nonexistent/a.yaml: cannot be read: No such file or directory
                1 problem in /nonexistent/a.yaml
                """)
    }

    @Test func limitsHold() {
        var limits = SettingsLimits(byteLimit: 100, depthLimit: 3, nodeLimit: 20, problemLimit: 2)
        func messages(_ text: String) -> [String] {
            do throws(SettingsFailure) {
                _ = try readPlant(text, limits: limits)
                return []
            } catch {
                return error.problems.map(\.message) + (error.omittedCount > 0 ? ["+\(error.omittedCount)"] : [])
            }
        }
        #expect(messages(String(repeating: "#", count: 101)) == ["101 bytes, the limit is 100"])
        limits.byteLimit = 10_000
        #expect(messages("id: [[[1]]]") == ["nested deeper than 3 levels"])
        #expect(messages("id: [" + String(repeating: "1,", count: 30) + "]") == ["more than 20 values in one file"])
        #expect(messages("verbose: 1\nratio: x\ndevice_limit: x\nid: [a]\n").last == "+2")
    }

    /// Any bytes are read or refused with a place inside the text, never worse.
    @Test func survivesDamage() {
        var random = SeededRandom(seed: 20_261_121)
        let whole = Array(Self.whole.utf8)
        let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]
        for round in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[index] = Array("{}[]:,&*!|>'\"%@`#-?~$\n\t ".utf8).randomElement(using: &random) ?? 0
                case 2: bytes.remove(at: index)
                default: bytes.removeSubrange(index...)
                }
                if bytes.isEmpty { bytes = [10] }
            }
            do throws(SettingsFailure) {
                _ = try readPlant(bytes)
            } catch {
                let lineCount = String(decoding: bytes, as: UTF8.self).unicodeScalars.count { breaks.contains($0) } + 1
                for problem in error.problems {
                    #expect(problem.line <= lineCount, "seed 20261121, round \(round): \(problem)")
                }
                #expect(!error.problems.isEmpty, "seed 20261121, round \(round)")
            }
        }
    }
}
