import LinuxSystem
import SettingsFile
import TestPeers
import Testing

@testable import Authentication

@Suite struct RequestAuthorizationTests {
    private func file(_ text: String, _ directory: ScratchDirectory, _ name: String = "secret") throws -> String {
        let path = directory.path + "/" + name
        try Files.replace(path, with: Array(text.utf8))
        return path
    }

    @Test func makesTheField() throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = try file("open:sesame\n", directory)
        let cases = [
            ("basic_auth: {username: Aladdin, password: \"open sesame\"}", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("basic_auth: {username: gw-7, password_file: \(path)}", "Basic Z3ctNzpvcGVuOnNlc2FtZQ=="),
            ("authorization: {credentials: abc.def}", "Bearer abc.def"),
            ("authorization: {credentials_file: \(path)}", "Bearer open:sesame"),
            ("authorization: {type: Token, credentials_file: \(path)}", "Token open:sesame"),
        ]
        for (text, field) in cases {
            let authorization = try SenderSettings.read("remote_write: [{\(text)}]")
            #expect(try authorization.header() == field)
            #expect(authorization.isGiven)
        }
        #expect(try SenderSettings.read("remote_write: [{}]").header() == nil)
        // A path that is not absolute is looked for beside the settings.
        let beside = try SenderSettings.read(
            "remote_write: [{authorization: {credentials_file: secret}}]", name: directory.path + "/a.yaml")
        #expect(try beside.header() == "Bearer open:sesame")
    }

    /// A token that is rotated is sent from the next request on, whether its file is replaced or written over.
    @Test func aChangedFileIsReadAgain() throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        let path = try file("first\n", directory)
        let authorization = try SenderSettings.read("remote_write: [{authorization: {credentials_file: \(path)}}]")
        #expect(try authorization.header() == "Bearer first")
        _ = try file("second\n", directory)
        #expect(try authorization.header() == "Bearer second")
        try writeText("third one\r\n\n", to: path)
        #expect(try authorization.header() == "Bearer third one")
        try Files.remove(path)
        #expect(throws: RequestAuthorizationError.self) { try authorization.header() }
        _ = try file("fourth", directory)
        #expect(try authorization.header() == "Bearer fourth")
    }

    /// Starting needs no file; using one that is not in order names the setting and the file.
    @Test func aFileThatIsNotInOrderIsNamedWithItsSetting() throws {
        let directory = try ScratchDirectory()
        defer { withExtendedLifetime(directory) {} }
        func problem(_ text: String) throws -> String {
            let problem = try SenderSettings.read("remote_write: [{\(text)}]").problem()
            return problem.map { "\($0)" } ?? ""
        }
        let gone = directory.path + "/gone"
        #expect(
            try problem("basic_auth: {username: a, password_file: \(gone)}")
                == "remote_write[0].basic_auth.password_file: the file \(gone) cannot be read: No such file or directory"
        )
        let blank = try file(" \n", directory)
        #expect(
            try problem("authorization: {credentials_file: \(blank)}")
                == "remote_write[0].authorization.credentials_file: the file \(blank) is empty")
        let lines = try file("hunter2\nX-Injected: 1\n", directory)
        let refused = try problem("authorization: {credentials_file: \(lines)}")
        #expect(refused.contains("\(lines) does not hold a token"))
        #expect(!refused.contains("hunter2"))
        #expect(try problem("authorization: {credentials_file: \(directory.path)}").contains("Is a directory"))
    }

    @Test(arguments: [
        (
            "basic_auth: {username: a, password: hunter2}, authorization: {credentials: hunter2}",
            "remote_write[0].authorization: excludes \"basic_auth\""
        ),
        ("basic_auth: {username: a, password: hunter2, password_file: x}", "excludes \"password\""),
        ("basic_auth: {password: hunter2}", "remote_write[0].basic_auth.username: required"),
        ("basic_auth: {username: a}", "remote_write[0].basic_auth.password_file: required"),
        ("basic_auth: {username: \"a:b\", password: hunter2}", "without control characters and colons"),
        ("authorization: {}", "remote_write[0].authorization.credentials_file: required"),
        ("authorization: {type: Basic, credentials: hunter2}", "for Basic there is \"basic_auth\""),
        ("authorization: {type: \"a b\", credentials: hunter2}", "expected a scheme's name"),
        ("authorization: {credential: hunter2}", "did you mean \"credentials\""),
        ("authorization: {credentials: [hunter2]}", "expected a text that is not empty"),
        ("basic_auth: {user_name: a, password: hunter2}", "did you mean \"username\""),
        ("authorization: {credentials: hunter2", ""),
    ])
    func mistakesAreProblemsAndShowNoSecret(_ text: String, _ part: String) {
        let shown = problems { () throws(SettingsFailure) in try SenderSettings.read("remote_write: [{\(text)}]") }
        #expect(!shown.isEmpty)
        #expect(shown.contains(part), "\(shown)")
        #expect(!shown.contains("hunter2"), "\(shown)")
    }

    @Test func neverShowsTheSecret() throws {
        let authorization = try SenderSettings.read("remote_write: [{basic_auth: {username: a, password: hunter2}}]")
        _ = try authorization.header()
        var dumped = ""
        dump(authorization, to: &dumped)
        let advice = [401, 403, 404].compactMap { authorization.advice(forStatus: $0) }.joined()
        for shown in ["\(authorization)", String(reflecting: authorization), dumped, advice] {
            #expect(!shown.contains("hunter2"))
        }
    }

    @Test func adviceNamesTheSettingToChange() throws {
        let basic = try SenderSettings.read("remote_write: [{basic_auth: {username: gw-7, password_file: /etc/p}}]")
        #expect(basic.advice(forStatus: 401) == "check remote_write[0].basic_auth (user gw-7, /etc/p)")
        #expect(basic.advice(forStatus: 403) == "check agent.id and remote_write[0].basic_auth (user gw-7, /etc/p)")
        let token = try SenderSettings.read("remote_write: [{authorization: {credentials: x}}]")
        #expect(token.advice(forStatus: 401) == "check remote_write[0].authorization (token)")
        let none = try SenderSettings.read("remote_write: [{}]")
        #expect(none.advice(forStatus: 401)?.hasPrefix("set remote_write[0].basic_auth or") == true)
        #expect(none.advice(forStatus: 404) == "check remote_write[0].url")
        for status in [200, 204, 400, 429, 500, 503] { #expect(basic.advice(forStatus: status) == nil) }
    }
}
