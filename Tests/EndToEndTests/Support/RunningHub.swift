import LinuxSystem
import TestPeers

/// A wayside-hub of its own.
final class RunningHub: RunningProgram {
    var writeURL: String { base + "/api/v1/write" }
    var query: QueryAPI { QueryAPI(base: base, web: web) }
    var storageDirectory: String { directory.path + "/data" }

    /// The names of the files in its storage directory.
    var storageNames: [String] {
        get throws { try Files.list(storageDirectory) }
    }

    /// The same without what SQLite keeps beside a database, which whoever opens and closes it next folds in.
    var databasesAndFiles: [String] {
        get throws { try storageNames.filter { !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") } }
    }

    /// Has the running hub write everything into its final form.
    func seal() async -> HubOrders.Answer { await orders.seal() }

    var orders: HubOrders { HubOrders(storageDirectory: storageDirectory) }

    /// Runs `wayside-hub store` with that subcommand on its settings.
    func store(_ arguments: String...) throws -> (exitCode: Int32, output: String) {
        try Programs.run(Programs.hub, ["store"] + arguments + ["--config", configPath])
    }

    /// A figure of its `/metrics`.
    func metric(_ name: String, _ labels: [String: String] = [:]) async throws -> Double? {
        try MetricsText(try await web.text(base + "/metrics")).value(name, labels)
    }

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
