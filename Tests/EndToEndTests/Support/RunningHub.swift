/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base) }

    init() async throws {
        try super.init(Programs.hub) { port, directory in
            """
            http: {listen: "127.0.0.1:\(port)"}
            storage: {directory: \(directory)/data}
            """
        }
        try await start()
    }
}
