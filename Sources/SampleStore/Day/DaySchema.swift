internal import SampleCodec

/// The tables that seals write, in a day file that has not its final form yet and, with the prefix `late_`, in one that
/// has. What they mean is in DAYFILES.md.
enum DaySchema {
    /// "WSDY", so that `file` and a reader can tell what it is.
    static let applicationID: Int64 = 0x5753_4459
    static let form: Int64 = 1
    static let version = version(form: form)
    static let latePrefix = "late_"

    /// A file's user version: 201 is form 1 with the chunks of version 2 of the codec. One of another codec's is refused
    /// whole, as one of a later form is.
    static func version(form: Int64) -> Int64 { Int64(SampleCodec.version) * 100 + form }

    static func text(prefix: String) -> String {
        """
        CREATE TABLE \(prefix)seals (
            seal INTEGER PRIMARY KEY, sealed_unix_ms INTEGER NOT NULL, first_unix_ms INTEGER NOT NULL,
            last_unix_ms INTEGER NOT NULL, series INTEGER NOT NULL, chunks INTEGER NOT NULL,
            samples INTEGER NOT NULL, is_late INTEGER NOT NULL);
        CREATE TABLE \(prefix)series (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, label_ids TEXT NOT NULL);
        CREATE INDEX \(prefix)series_by_hash ON \(prefix)series (hash);
        CREATE TABLE \(prefix)label_pairs (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL, value TEXT NOT NULL, series_ids BLOB NOT NULL,
            UNIQUE (name, value));
        CREATE TABLE \(prefix)chunks (
            id INTEGER PRIMARY KEY, first_ms_of_day INTEGER NOT NULL, last_ms_of_day INTEGER NOT NULL,
            kind INTEGER NOT NULL, data BLOB NOT NULL);
        CREATE VIEW \(prefix)series_text AS
            SELECT id AS series_id, (
                SELECT group_concat(p.name || '="' || p.value || '"', ', ')
                FROM json_each(s.label_ids) AS j JOIN \(prefix)label_pairs AS p ON p.id = j.value) AS labels
            FROM \(prefix)series AS s;
        CREATE VIEW \(prefix)chunk_times AS
            SELECT t.series_id, t.labels, s.seal,
                strftime('%Y-%m-%dT%H:%M:%fZ', (s.first_unix_ms / 86400000 * 86400000 + c.first_ms_of_day) / 1000.0,
                    'unixepoch') AS first,
                strftime('%Y-%m-%dT%H:%M:%fZ', (s.first_unix_ms / 86400000 * 86400000 + c.last_ms_of_day) / 1000.0,
                    'unixepoch') AS last,
                length(c.data) AS bytes
            FROM \(prefix)chunks AS c JOIN \(prefix)seals AS s ON s.seal = c.id >> 42
                JOIN \(prefix)series_text AS t ON t.series_id = (c.id >> 10) & 4294967295;
        CREATE VIEW \(prefix)seal_times AS
            SELECT seal, strftime('%Y-%m-%dT%H:%M:%fZ', sealed_unix_ms / 1000.0, 'unixepoch') AS sealed,
                strftime('%Y-%m-%dT%H:%M:%fZ', first_unix_ms / 1000.0, 'unixepoch') AS first,
                strftime('%Y-%m-%dT%H:%M:%fZ', last_unix_ms / 1000.0, 'unixepoch') AS last,
                series, chunks, samples, is_late
            FROM \(prefix)seals;
        """
    }

    /// A chunk's number says whose it is: the seal, the series (32 bits), and which of the series' chunks in that seal
    /// (10 bits). So chunks need no index beside the table, new ones go to its end, and those of one series and seal
    /// lie together in the order of time.
    static func chunkID(seal: Int64, series: Int64, part: Int64) -> Int64 { seal << 42 | series << 10 | part }
    static let partLimit: Int64 = 1024
    /// A day has far fewer seals, but a file that claims more must not overflow the numbers.
    static let sealLimit: Int64 = 1 << 21

    /// No day has so many samples: a million series with ten a second have fewer.
    static let sampleLimit: Int64 = 1 << 40

    /// What the names of the tables of seals begin with; nil for a file in final form that has taken no late rows.
    /// Their numbers are looked at first: what others calculate with them stays within bounds whoever wrote the file.
    static func sealPrefix(
        _ database: Database, isFinal: Bool, day: CalendarDay
    ) throws(StoreError) -> String? {
        if isFinal {
            let isThere = try database.integer("SELECT 1 FROM sqlite_schema WHERE name = '\(latePrefix)seals'") != nil
            guard isThere else { return nil }
        }
        let prefix = isFinal ? latePrefix : ""
        try checkNumbers(database, prefix, day)
        return prefix
    }

    private static func checkNumbers(
        _ database: Database, _ prefix: String, _ day: CalendarDay
    ) throws(StoreError) {
        let times = "BETWEEN \(day.firstUnixMilliseconds) AND \(day.lastUnixMilliseconds)"
        // A sum that passes 64 bits is an error of SQLite's, so each number has a bound that keeps it from that.
        let count = "BETWEEN 0 AND \(sampleLimit)"
        let wrong = try database.integer(
            """
            SELECT seal FROM \(prefix)seals WHERE NOT coalesce(seal BETWEEN 1 AND \(sealLimit - 1)
                AND first_unix_ms \(times) AND last_unix_ms \(times)
                AND samples \(count) AND chunks \(count) AND series \(count), 0) LIMIT 1
            """)
        if let wrong { throw .damaged(database.path, "the numbers of seal \(wrong)") }
        for sum in ["samples", "chunks"] {
            let total = try database.integer("SELECT sum(\(sum)) FROM \(prefix)seals") ?? 0
            guard total <= sampleLimit else { throw .damaged(database.path, "\(total) \(sum)") }
        }
        if let series = try database.range(of: "id", in: prefix + "series"),
            series.lowerBound <= 0 || series.upperBound > Int64(UInt32.max)
        {
            throw .damaged(database.path, "series numbered \(series)")
        }
    }

    /// Throws where the file is not a day file of a version this code reads; says whether it has its final form.
    @discardableResult
    static func check(_ database: Database) throws(StoreError) -> Bool {
        let found = try database.integer("PRAGMA application_id")
        guard found == applicationID else { throw .damaged(database.path, "not a day file of Wayside") }
        let version = try database.integer("PRAGMA user_version") ?? 0
        guard version == Self.version || version == FinalSchema.version else {
            throw .database(
                path: database.path, code: 0,
                reason:
                    "a day file of version \(version); this program reads \(Self.version) and \(FinalSchema.version)")
        }
        return version == FinalSchema.version
    }
}
