/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base) }

    /// `http` are further keys of `http`, and `settings` further top-level lines of its YAML.
    init(http: String = "", settings: String = "") async throws {
        try super.init(Programs.hub) { port, directory in
            """
            http: {listen: "127.0.0.1:\(port)"\(http.isEmpty ? "" : ", " + http)}
            storage: {directory: \(directory)/data}
            \(settings)
            """
        }
        try await start()
    }
}
