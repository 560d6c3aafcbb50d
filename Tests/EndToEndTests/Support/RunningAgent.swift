import Daemon
import Glibc
import HTTPExchange
import LinuxSystem
import TestPeers

/// A wayside-agent of its own on a free port; started anew it finds its buffer.
final class RunningAgent {
    let port: Int
    let directory: ScratchDirectory
    private(set) var process: RealProcess?

    var base: String { "http://127.0.0.1:\(port)" }
    var metricsURL: String { base + "/metrics" }
    var configPath: String { directory.path + "/agent.yaml" }

    /// Starts an agent with short intervals; `settings` are further top-level lines of its YAML.
    init(id: String = "test-gateway", settings: String = "", mqtt: String = "mqtt: []") async throws {
        port = try LoopbackPort.free()
        directory = try ScratchDirectory()
        try writeText(
            """
            agent: {id: \(id), labels: {site: test}, data_dir: \(directory.path)/data}
            http: {listen: "127.0.0.1:\(port)"}
            host: {interval: 1s}
            buffer: {size: 8MiB, max_loss: 1s}
            \(mqtt)
            \(settings)
            """, to: directory.path + "/agent.yaml")
        try await start()
    }

    deinit { process?.kill() }

    func start() async throws {
        let agent = try RealProcess(
            Programs.agent, ["run", "--config", configPath], log: directory.path + "/agent.log")
        process = agent
        let base = base
        try await Web.shared.wait(for: "the agent to be ready") {
            guard agent.isRunning else { throw PeerError("the agent ended: \(agent.log)") }
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
