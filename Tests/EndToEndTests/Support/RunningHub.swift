/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base, web: web) }

    /// `http` and `storage` are further keys of these, `settings` further top-level lines of its YAML, and `secured` reaches a hub that
    /// has TLS.
    convenience init(
        http: String = "", storage: String = "", settings: String = "", secured: Web? = nil
    ) async throws {
        try self.init(prepared: (), http: http, storage: storage, settings: settings, secured: secured)
        try await start()
    }

    /// Prepares a hub without starting it: a destination that does not answer yet. One that does not store keeps what it
    /// relays all the same.
    init(
        prepared: Void, http: String = "", storage: String = "", settings: String = "", secured: Web? = nil,
        stores: Bool = true
    ) throws {
        try super.init(Programs.hub, secured: secured) { port, directory in
            let keys = "directory: \(stores ? directory + "/data" : "none")\(storage.isEmpty ? "" : ", " + storage)"
            return """
                http: {listen: "127.0.0.1:\(port)"\(http.isEmpty ? "" : ", " + http)}
                storage: {\(keys)}
                \(settings.replacing("DIRECTORY", with: directory))
                """
        }
    }
}
