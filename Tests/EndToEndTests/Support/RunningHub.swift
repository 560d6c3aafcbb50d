/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base) }

    convenience init() async throws {
        try self.init(prepared: ())
        try await start()
    }

    /// Prepares a hub without starting it: a destination that does not answer yet.
    init(prepared: Void) throws {
        try super.init(Programs.hub) { port, directory in
            """
            http: {listen: "127.0.0.1:\(port)"}
            storage: {directory: \(directory)/data}
            """
        }
    }
}
