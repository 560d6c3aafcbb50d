import Daemon
import JSONText
import LinuxSystem
import TestPeers

/// A wayside-agent of its own.
final class RunningAgent: RunningProgram {
    /// Where it keeps what waits for a commit; nil where the machine has no tmpfs for it.
    let memory: ScratchDirectory?

    var metricsURL: String { base + "/metrics" }

    var dataDirectory: String { directory.path + "/data" }
    var bufferDirectory: String { dataDirectory + "/buffer" }

    /// Starts an agent with short intervals; `http` are further keys of `http`, and
    /// `settings` further top-level lines of its YAML.
    convenience init(id: String = "test-gateway", settings: String = "", mqtt: String = "mqtt: []", http: String = "")
        async throws
    {
        try self.init(prepared: id, settings: settings, mqtt: mqtt, http: http)
        try await start()
    }

    /// Prepares an agent without starting it. `host` and `buffer` are what stands in their braces. What waits for a commit
    /// is kept in a directory of its own, which is removed with it.
    init(
        prepared id: String, settings: String = "", mqtt: String = "mqtt: []", host: String = "interval: 1s",
        buffer: String = "size: 8MiB, max_loss: 1s", launcher: [String] = [], http: String = ""
    ) throws {
        let memory = try Files.isInMemory("/dev/shm") ? ScratchDirectory(below: "/dev/shm") : nil
        self.memory = memory
        let unsynced =
            buffer.contains("unsynced_directory") ? "" : ", unsynced_directory: \"\(memory?.path ?? "")\""
        try super.init(Programs.agent, launcher: launcher) { port, directory in
            """
            agent: {id: \(id), labels: {site: test}, data_dir: \(directory)/data}
            http: {listen: "127.0.0.1:\(port)"\(http.isEmpty ? "" : ", " + http)}
            host: {\(host)}
            buffer: {\(buffer)\(unsynced)}
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
