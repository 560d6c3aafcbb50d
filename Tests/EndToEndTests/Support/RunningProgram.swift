import Glibc
import HTTPExchange
import TestPeers

/// One of our programs on a port of its own; started anew it finds what it had.
class RunningProgram {
    let port: Int
    let directory: ScratchDirectory
    private let executable: String
    private(set) var process: RealProcess?

    /// How it is reached.
    let web: Web
    private let scheme: String

    var base: String { "\(scheme)://127.0.0.1:\(port)" }
    var configPath: String { directory.path + "/settings.yaml" }
    var log: String { process?.log ?? "" }

    /// Prepares a program whose settings are made from its port and directory.
    /// `secured` reaches it by https.
    init(_ executable: String, secured: Web? = nil, settings: (_ port: Int, _ directory: String) -> String) throws {
        self.executable = executable
        web = secured ?? .shared
        scheme = secured == nil ? "http" : "https"
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try writeText(settings(port, directory.path), to: configPath)
    }

    deinit { process?.kill() }

    func start() async throws {
        let program = try RealProcess(
            executable, ["run", "--config", configPath], log: directory.path + "/program.log")
        process = program
        let (base, web) = (base, web)
        try await web.wait(for: "\(executable) to be ready") {
            guard program.isRunning else { throw PeerError("it has ended: \(program.log)") }
            // One that asks for credentials serves as well.
            return [200, 401].contains(try await web.get(base + "/-/ready").status.code)
        }
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
