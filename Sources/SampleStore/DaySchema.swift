/// The tables of a day file. What they mean is in DESIGN.md.
enum DaySchema {
    /// "WSDY", so that `file` and a reader can tell what it is.
    static let applicationID: Int64 = 0x5753_4459
    static let version: Int64 = 1

    static let text = """
        CREATE TABLE seals (
            seal INTEGER PRIMARY KEY, sealed_unix_ms INTEGER NOT NULL, first_unix_ms INTEGER NOT NULL,
            last_unix_ms INTEGER NOT NULL, series INTEGER NOT NULL, chunks INTEGER NOT NULL,
            samples INTEGER NOT NULL, is_late INTEGER NOT NULL);
        CREATE TABLE series (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, label_ids TEXT NOT NULL);
        CREATE INDEX series_by_hash ON series (hash);
        CREATE TABLE label_pairs (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, series_ids BLOB NOT NULL,
            UNIQUE (name, value));
        CREATE TABLE chunks (
            id INTEGER PRIMARY KEY, first_ms_of_day INTEGER NOT NULL, last_ms_of_day INTEGER NOT NULL,
            kind INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE VIEW series_text AS
            SELECT id AS series_id, (
                SELECT group_concat(p.name || '="' || p.value || '"', ', ')
                FROM json_each(s.label_ids) AS j JOIN label_pairs AS p ON p.id = j.value) AS labels
            FROM series AS s;
        CREATE VIEW chunk_times AS
            SELECT t.series_id, t.labels, s.seal,
                strftime('%Y-%m-%dT%H:%M:%fZ', (s.first_unix_ms / 86400000 * 86400000 + c.first_ms_of_day) / 1000.0,
                    'unixepoch') AS first,
                strftime('%Y-%m-%dT%H:%M:%fZ', (s.first_unix_ms / 86400000 * 86400000 + c.last_ms_of_day) / 1000.0,
                    'unixepoch') AS last,
                length(c.data) AS bytes
            FROM chunks AS c JOIN seals AS s ON s.seal = c.id >> 42
                JOIN series_text AS t ON t.series_id = (c.id >> 10) & 4294967295;
        CREATE VIEW seal_times AS
            SELECT seal, strftime('%Y-%m-%dT%H:%M:%fZ', sealed_unix_ms / 1000.0, 'unixepoch') AS sealed,
                strftime('%Y-%m-%dT%H:%M:%fZ', first_unix_ms / 1000.0, 'unixepoch') AS first,
                strftime('%Y-%m-%dT%H:%M:%fZ', last_unix_ms / 1000.0, 'unixepoch') AS last,
                series, chunks, samples, is_late
            FROM seals;
        """

    /// A chunk's number says whose it is: the seal, the series (32 bits), and which of the series' chunks in that seal
    /// (10 bits). So chunks need no index beside the table, new ones go to its end, and those of one series and seal
    /// lie together in the order of time.
    static func chunkID(seal: Int64, series: Int64, part: Int64) -> Int64 { seal << 42 | series << 10 | part }
    static let partLimit: Int64 = 1024
    /// A day has far fewer seals, but a file that claims more must not overflow the numbers.
    static let sealLimit: Int64 = 1 << 21

    /// Throws where the file is not a day file of a version this code reads.
    static func check(_ database: Database) throws(StoreError) {
        let found = try database.integer("PRAGMA application_id")
        guard found == applicationID else { throw .damaged(database.path, "not a day file of Wayside") }
        let version = try database.integer("PRAGMA user_version") ?? 0
        guard version == Self.version else {
            throw .database(path: database.path, code: 0, reason: "a day file of version \(version)")
        }
    }
}
