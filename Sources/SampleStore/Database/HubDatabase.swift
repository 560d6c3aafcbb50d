internal import LinuxSystem
internal import MetricModel

/// `hub.db`: how far the log is sealed, the requests received before that, and what is known of metrics.
final class HubDatabase {
    static let fileName = "hub.db"
    private static let applicationID: Int64 = 0x5753_4855

    /// A place in the log: which ring, and the last record that is in the day files.
    struct Position: Hashable, Sendable {
        var ring: String
        var record: UInt64
    }

    /// All that a start wants to know of it.
    struct Content {
        var position: Position?
        var requests: [RequestLedger.Entry] = []
        var families: [SampleColumns.Family] = []
    }

    private let directory: String
    /// Nil where the file was put aside, or should have been, and no new one could be opened yet, and when it is closed.
    private var opened: Database?
    private var isClosed = false

    init(directory: String) throws(StoreError) {
        self.directory = directory
        opened = try Self.open(directory)
    }

    /// The open file, opened anew where that has failed before.
    var database: Database {
        get throws(StoreError) {
            try checkIsOpen()
            if let opened { return opened }
            let database = try Self.open(directory)
            opened = database
            return database
        }
    }

    /// What has to hold before anything is written to the store's files: once it is closed the directory may be another's.
    func checkIsOpen() throws(StoreError) {
        if isClosed { throw .closed }
    }

    /// Closes the file for good, whoever still has this value: SQLite folds its -wal in and removes it.
    func close() {
        isClosed = true
        opened = nil
    }

    private static func open(_ directory: String) throws(StoreError) -> Database {
        let database = try Database(directory + "/" + Self.fileName, .create)
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE")
        if try database.integer("SELECT count(*) FROM sqlite_schema") == 0 {
            try database.execute(
                """
                CREATE TABLE log_position (ring TEXT NOT NULL, record INTEGER NOT NULL);
                CREATE TABLE requests (
                    agent TEXT NOT NULL, sequence INTEGER NOT NULL, header TEXT NOT NULL,
                    PRIMARY KEY (agent, sequence)) WITHOUT ROWID;
                CREATE TABLE metadata (
                    name TEXT PRIMARY KEY, type INTEGER NOT NULL, help TEXT NOT NULL, unit TEXT NOT NULL
                    ) WITHOUT ROWID;
                PRAGMA application_id = \(Self.applicationID);
                PRAGMA user_version = 1
                """)
        }
        guard try database.integer("PRAGMA application_id") == Self.applicationID,
            try database.integer("PRAGMA user_version") == 1
        else { throw .damaged(database.path, "not the hub's database, or of a later version") }
        try database.execute("COMMIT")
        return database
    }

    /// Puts the file aside and opens an empty one.
    func beginAnew() throws(StoreError) {
        try checkIsOpen()
        // SQLite removes a -wal by its name when it closes a file, which must not be the new one's.
        opened = nil
        _ = try DamagedFile.setAside(Self.fileName, in: directory)
        opened = try Self.open(directory)
    }

    func content() throws(StoreError) -> Content {
        var content = Content(position: try position())
        try requests { content.requests.append($0) }
        try families { content.families.append($0) }
        return content
    }

    /// Moves everything from the -wal file into the file itself, so that a copy of that one file is whole.
    func fold() throws(StoreError) {
        let database = try database
        let statement = try database.prepare("PRAGMA wal_checkpoint(TRUNCATE)")
        guard try statement.step(), statement.integer(0) == 0 else {
            throw .database(path: database.path, code: 0, reason: "its -wal file is in use by another process")
        }
        statement.reset()
    }

    private func position() throws(StoreError) -> Position? {
        let statement = try database.prepare("SELECT ring, record FROM log_position")
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return Position(ring: statement.text(0), record: UInt64(bitPattern: statement.integer(1)))
    }

    /// Visits the remembered requests, oldest first for each agent. Ones that cannot be read are left out.
    private func requests(_ visit: (RequestLedger.Entry) -> Void) throws(StoreError) {
        let statement = try database.prepare("SELECT agent, sequence, header FROM requests ORDER BY agent, sequence")
        while try statement.step() {
            guard let identity = RequestIdentity(header: statement.text(2), agent: statement.text(0)) else { continue }
            visit(RequestLedger.Entry(sequence: statement.integer(1), identity: identity))
        }
    }

    private func families(_ visit: (SampleColumns.Family) -> Void) throws(StoreError) {
        let statement = try database.prepare("SELECT name, type, help, unit FROM metadata")
        while try statement.step() {
            let type = UInt8(exactly: statement.integer(1)).flatMap(MetricType.init(rawValue:)) ?? .unknown
            visit(
                SampleColumns.Family(
                    name: statement.text(0), type: type, help: statement.text(2), unit: statement.text(3)))
        }
    }

    /// Makes all of it durable together. Of an agent's requests the newest `identitiesPerAgent` are kept.
    func save(
        _ position: Position, requests: [RequestLedger.Entry], families: [SampleColumns.Family],
        identitiesPerAgent: Int
    ) throws(StoreError) {
        let database = try database
        try database.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            try database.execute("DELETE FROM log_position")
            let place = try database.prepare("INSERT INTO log_position VALUES (?, ?)")
            try place.bind(1, position.ring)
            try place.bind(2, Int64(bitPattern: position.record))
            try place.run()
            try write(requests, identitiesPerAgent)
            try write(families)
            try database.execute("COMMIT")
        } catch {
            // The first error says more than a failing rollback could; the transaction ends with it either way.
            do throws(StoreError) { try database.execute("ROLLBACK") } catch {}
            throw error
        }
    }

    private func write(_ requests: [RequestLedger.Entry], _ identitiesPerAgent: Int) throws(StoreError) {
        let insert = try database.prepare("INSERT OR REPLACE INTO requests VALUES (?, ?, ?)")
        var newest: [ExactText: Int64] = [:]
        for entry in requests {
            try insert.bind(1, entry.identity.agent)
            try insert.bind(2, entry.sequence)
            try insert.bind(3, entry.identity.header)
            try insert.run()
            let agent = ExactText(entry.identity.agent)
            newest[agent] = max(newest[agent] ?? 0, entry.sequence)
        }
        let remove = try database.prepare("DELETE FROM requests WHERE agent = ? AND sequence <= ?")
        for (agent, sequence) in newest {
            try remove.bind(1, agent.text)
            try remove.bind(2, sequence - Int64(identitiesPerAgent))
            try remove.run()
        }
    }

    private func write(_ families: [SampleColumns.Family]) throws(StoreError) {
        let insert = try database.prepare("INSERT OR REPLACE INTO metadata VALUES (?, ?, ?, ?)")
        for family in families {
            try insert.bind(1, family.name)
            try insert.bind(2, Int64(family.type.rawValue))
            try insert.bind(3, family.help)
            try insert.bind(4, family.unit)
            try insert.run()
        }
    }
}
