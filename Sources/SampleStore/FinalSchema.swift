/// The tables of a day in its final form. What they mean is in DAYFILES.md.
enum FinalSchema {
    static let version: Int64 = 2
    /// A series has at most so many chunks; they are numbered `chunk << partBits | part`.
    static let partBits: Int64 = 6
    static let partLimit = 64
    /// Small days have small pages: a page half filled at the end of each table then weighs less.
    static let smallPageByteCount = 1024
    static let largePageByteCount = 4096
    /// From so many series on pages are large.
    static let largePageSeriesCount = 4000

    /// The bytes of the stream of values that one row of `slices` holds: as many as fill some overflow pages to their ends
    /// and leave in the table's own page the least that SQLite leaves there (SQLite's file format, 1.6).
    static func sliceByteCount(pageByteCount: Int) -> Int {
        let usable = pageByteCount - PageChecksum.byteCount
        let local = (usable - 12) * 32 / 255 - 23
        let overflowPages = max(8192 / pageByteCount, 1)
        // A record's header, with the row's number and the blob's length, is four bytes, or five from 8,186 on.
        return local + overflowPages * (usable - 4) - 5
    }

    static let text = """
        CREATE TABLE properties (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE metrics (first_series INTEGER PRIMARY KEY, name TEXT, label_sets TEXT, chunks TEXT);
        CREATE TABLE label_names (first_label INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE labels (id INTEGER PRIMARY KEY, value TEXT, label_sets BLOB);
        CREATE TABLE label_sets (id INTEGER PRIMARY KEY, labels TEXT);
        CREATE TABLE time_columns (
            id INTEGER PRIMARY KEY, first_ms_of_day INTEGER, last_ms_of_day INTEGER, samples INTEGER, data BLOB);
        CREATE TABLE chunks (id INTEGER PRIMARY KEY, times INTEGER, place INTEGER);
        CREATE TABLE slices (id INTEGER PRIMARY KEY, data BLOB);
        CREATE VIEW series_text AS
            SELECT m.first_series + s.key AS series_id, m.name || '{' || ifnull((
                SELECT group_concat((SELECT name FROM label_names WHERE first_label <= l.id
                    ORDER BY first_label DESC LIMIT 1) || '="' || l.value || '"', ', ')
                FROM json_each(k.labels) AS j JOIN labels AS l ON l.id = j.value), '') || '}' AS labels,
                json_extract(m.chunks, '$[' || s.key || ']') AS chunk
            FROM metrics AS m JOIN json_each(m.label_sets) AS s JOIN label_sets AS k ON k.id = s.value;
        CREATE VIEW chunk_times AS
            SELECT t.series_id, t.labels, strftime('%Y-%m-%dT%H:%M:%fZ', (d.value + x.first_ms_of_day) / 1000.0,
                'unixepoch') AS first, strftime('%Y-%m-%dT%H:%M:%fZ', (d.value + x.last_ms_of_day) / 1000.0,
                'unixepoch') AS last, x.samples, c.id AS chunk_id
            FROM series_text AS t JOIN chunks AS c ON c.id BETWEEN t.chunk << 6 AND t.chunk << 6 | 63
                JOIN time_columns AS x ON x.id = c.times JOIN properties AS d ON d.name = 'day_unix_ms';
        """
}
