import Daemon
import Glibc
import HTTPExchange
import LinuxSystem
import TestPeers

/// A wayside-hub of its own on a free port; started anew it finds what it had.
final class RunningHub {
    let port: Int
    let directory: ScratchDirectory
    private(set) var process: RealProcess?

    var base: String { "http://127.0.0.1:\(port)" }
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base) }

    init() async throws {
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try writeText(
            """
            http: {listen: "127.0.0.1:\(port)"}
            storage: {directory: \(directory.path)/data}
            """, to: directory.path + "/hub.yaml")
        try await start()
    }

    deinit { process?.kill() }

    func start() async throws {
        let hub = try RealProcess(
            Programs.hub, ["run", "--config", directory.path + "/hub.yaml"], log: directory.path + "/hub.log")
        process = hub
        let base = base
        try await Web.shared.wait(for: "the hub to be ready") {
            guard hub.isRunning else { throw PeerError("the hub ended: \(hub.log)") }
            return try await Web.shared.get(base + "/-/ready").status.code == 200
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

    var log: String { process?.log ?? "" }
}
