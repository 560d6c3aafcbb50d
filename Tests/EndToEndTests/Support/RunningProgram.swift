import Glibc
import HTTPExchange
import TestPeers

/// One of our programs on a port of its own; started anew it finds what it had.
class RunningProgram {
    let port: Int
    let directory: ScratchDirectory
    private let executable: String
    private(set) var process: RealProcess?

    var base: String { "http://127.0.0.1:\(port)" }
    var configPath: String { directory.path + "/settings.yaml" }
    var log: String { process?.log ?? "" }

    /// Prepares a program whose settings are made from its port and directory.
    init(_ executable: String, settings: (_ port: Int, _ directory: String) -> String) throws {
        self.executable = executable
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try writeText(settings(port, directory.path), to: configPath)
    }

    deinit { process?.kill() }

    func start() async throws {
        let program = try RealProcess(
            executable, ["run", "--config", configPath], log: directory.path + "/program.log")
        process = program
        let base = base
        try await Web.shared.wait(for: "\(executable) to be ready") {
            guard program.isRunning else { throw PeerError("it has ended: \(program.log)") }
            // One that asks for credentials serves as well.
            return [200, 401].contains(try await Web.shared.get(base + "/-/ready").status.code)
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
