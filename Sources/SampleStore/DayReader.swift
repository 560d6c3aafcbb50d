internal import LabelMatching
internal import Synchronization

/// A day's place in the catalog: its file, opened when a query first wants it and closed to make room for others.
///
/// Queries of one day take turns at reading, and decode what they have read afterwards, beside each other; a seal into the same day goes on beside them, because its file is in SQLite's WAL
/// mode. Whoever replaces the file or its journal mode does it in `exclusively`, when no query has it open: SQLite
/// removes a -wal file by name when the last connection closes, which must not be the new file's.
final class DayReader: Sendable {
    private let day: CalendarDay
    private let directory: String
    private let settings: StoreSettings
    private let decoded: DecodedColumns
    private let contents = Mutex<Open?>(nil)

    /// SQLite's connections may be used by one thread after another. This one is used under the mutex only, and nothing of
    /// it leaves a query, whose results are Sendable.
    private struct Open: @unchecked Sendable {
        let contents: DayContents
    }

    init(day: CalendarDay, directory: String, settings: StoreSettings, decoded: DecodedColumns) {
        self.decoded = decoded
        self.day = day
        self.directory = directory
        self.settings = settings
    }

    /// Runs `body` with one state of the file's contents, opening it where need be.
    func read<Result: Sendable>(
        _ body: (DayContents) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try contents.withLock { contents throws(StoreError) in
            let open: Open
            if let known = contents {
                open = known
            } else {
                let database = try Database(directory + "/" + day.fileName, .readWrite)
                try database.execute("PRAGMA query_only = 1; PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10)")
                open = Open(contents: try DayContents(database, day: day, settings: settings, decoded: decoded))
                contents = open
            }
            return try open.contents.snapshot { () throws(StoreError) in try body(open.contents) }
        }
    }

    /// Waits for the query that has the file and closes it.
    func close() {
        contents.withLock { $0 = nil }
    }

    /// Closes the file and keeps queries out while `body` runs.
    func exclusively(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try contents.withLock { contents throws(StoreError) in
            contents = nil
            try body()
        }
    }
}
