/// A wayside-agent of its own.
final class RunningAgent: RunningProgram {
    var metricsURL: String { base + "/metrics" }

    /// Starts an agent with short intervals; `http` are further keys of `http`, and `settings`
    /// further top-level lines of its YAML.
    init(id: String = "test-gateway", settings: String = "", mqtt: String = "mqtt: []", http: String = "") async throws
    {
        try super.init(Programs.agent) { port, directory in
            """
            agent: {id: \(id), labels: {site: test}, data_dir: \(directory)/data}
            http: {listen: "127.0.0.1:\(port)"\(http.isEmpty ? "" : ", " + http)}
            host: {interval: 1s}
            buffer: {size: 8MiB, max_loss: 1s}
            \(mqtt)
            \(settings)
            """
        }
        try await start()
    }
}
