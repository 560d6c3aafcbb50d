import Daemon
import JSONText
import TestPeers

/// A wayside-agent of its own.
final class RunningAgent: RunningProgram {
    var metricsURL: String { base + "/metrics" }

    var dataDirectory: String { directory.path + "/data" }
    var bufferDirectory: String { dataDirectory + "/buffer" }

    /// Starts an agent with short intervals; `settings` are further top-level lines of its YAML.
    convenience init(id: String = "test-gateway", settings: String = "", mqtt: String = "mqtt: []") async throws {
        try self.init(prepared: id, settings: settings, mqtt: mqtt)
        try await start()
    }

    /// Prepares an agent without starting it. `host` and `buffer` are what stands in their braces.
    init(
        prepared id: String, settings: String = "", mqtt: String = "mqtt: []", host: String = "interval: 1s",
        buffer: String = "size: 8MiB, max_loss: 1s", launcher: [String] = []
    ) throws {
        try super.init(Programs.agent, launcher: launcher) { port, directory in
            """
            agent: {id: \(id), labels: {site: test}, data_dir: \(directory)/data}
            http: {listen: "127.0.0.1:\(port)"}
            host: {\(host)}
            buffer: {\(buffer)}
            \(mqtt)
            \(settings)
            """
        }
    }

    /// What `/api/v1/buffer` says of the ring.
    func buffer(_ key: String) async throws -> Double {
        let page = try await Web.shared.json(base + "/api/v1/buffer")
        guard let value = page["buffer"]?[key]?.number else { throw PeerError("the buffer has no \(key)") }
        return value
    }

    /// Runs `wayside-agent status` against it.
    func status() throws -> (exitCode: Int32, output: String) {
        try Programs.run(Programs.agent, ["status", "--config", configPath])
    }
}
