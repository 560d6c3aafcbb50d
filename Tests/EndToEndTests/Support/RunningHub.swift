/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base, web: web) }

    /// `http` are further settings of the listener, in YAML's short form, and `secured` reaches a hub that has TLS.
    convenience init(http: String = "", secured: Web? = nil) async throws {
        try self.init(prepared: (), http: http, secured: secured)
        try await start()
    }

    /// Prepares a hub without starting it: a destination that does not answer yet.
    init(prepared: Void, http: String = "", secured: Web? = nil) throws {
        try super.init(Programs.hub, secured: secured) { port, directory in
            """
            http: {listen: "127.0.0.1:\(port)"\(http)}
            storage: {directory: \(directory)/data}
            """
        }
    }
}
