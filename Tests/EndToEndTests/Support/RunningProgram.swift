import Glibc
import HTTPExchange
import TestPeers

/// One of our programs on a port of its own; started anew it finds what it had.
class RunningProgram {
    let port: Int
    let directory: ScratchDirectory
    private let executable: String
    /// What the program is started through, such as `unshare`; it must end in becoming the program.
    private let launcher: [String]
    private(set) var process: RealProcess?

    /// How it is reached.
    let web: Web
    private let scheme: String

    var base: String { "\(scheme)://127.0.0.1:\(port)" }
    var configPath: String { directory.path + "/settings.yaml" }
    private var logPath: String { directory.path + "/program.log" }
    /// What it has written since it was first started; empty before.
    var log: String {
        do { return try readText(logPath) } catch { return "" }
    }

    /// Prepares a program whose settings are made from its port and directory.
    /// `secured` reaches it by https.
    init(
        _ executable: String, launcher: [String] = [], secured: Web? = nil,
        settings: (_ port: Int, _ directory: String) -> String
    ) throws {
        self.executable = executable
        self.launcher = launcher
        web = secured ?? .shared
        scheme = secured == nil ? "http" : "https"
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try writeText(settings(port, directory.path), to: configPath)
    }

    deinit { process?.kill() }

    /// Starts it and waits until it is ready.
    func start() async throws {
        try launch()
        try await waitUntil("/-/ready")
    }

    /// Starts it and waits for nothing.
    func launch() throws {
        let words = launcher + [executable, "run", "--config", configPath]
        process = try RealProcess(words[0], Array(words.dropFirst()), log: logPath)
    }

    /// Waits until it answers 200 at `path`, where `/-/ready` asks for more than `/-/healthy`; or 401, where it asks for
    /// credentials and serves those who have some.
    func waitUntil(_ path: String) async throws {
        try await web.wait(for: "\(executable) to answer 200 at \(path)") {
            guard process?.isRunning == true else { return true }
            return [200, 401].contains(try await web.get(base + path).status.code)
        }
        guard process?.isRunning == true else { throw PeerError("\(executable) has ended: \(log)") }
    }

    func kill() {
        process?.kill()
        process = nil
    }

    @discardableResult
    func stop() -> Int32 {
        defer { process = nil }
        return process?.terminate() ?? 0
    }
}
