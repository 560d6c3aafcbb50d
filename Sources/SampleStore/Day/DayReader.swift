internal import LabelMatching
internal import Synchronization

/// A day's place in the catalog: its file, opened when a query first wants it and closed to make room for others.
///
/// Queries of one day take turns at reading, and decode what they have read afterwards, beside each other; a seal into
/// the same day goes on beside them, because its file is in SQLite's WAL mode. Whoever replaces the file or its journal
/// mode does it in `exclusively`, when no query has it open: SQLite removes a -wal file by name when the last connection
/// closes, which must not be the new file's.
final class DayReader: Sendable {
    private let day: CalendarDay
    private let directory: String
    private let settings: StoreSettings
    private let decoded: DecodedColumns
    private let state = Mutex(State())

    /// SQLite's connections may be used by one thread after another. This one is used under the mutex only, and nothing of
    /// it leaves a query, whose results are Sendable.
    private struct Open: @unchecked Sendable {
        let contents: DayContents
        let database: Database
    }

    private struct State: Sendable {
        var open: Open?
        /// What the file's decoded columns are kept under: for as long as the same file is there, open or not. 0 before it
        /// was opened.
        var fileNumber: UInt64 = 0
        var isEnded = false
    }

    init(day: CalendarDay, directory: String, settings: StoreSettings, decoded: DecodedColumns) {
        self.decoded = decoded
        self.day = day
        self.directory = directory
        self.settings = settings
    }

    deinit { decoded.remove(file: state.withLock { $0.fileNumber }) }

    /// Runs `body` with one state of the file's contents, opening it where need be. Where the file `isGivenUp` what the
    /// disk does not give back of it is damaged.
    func read<Result: Sendable>(
        isGivenUp: Bool, _ body: (DayContents) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try state.withLock { state throws(StoreError) in
            if state.isEnded { throw .closed }
            let open: Open
            if let known = state.open {
                open = known
            } else {
                let database = try Database(directory + "/" + day.fileName, .readWrite, isUnreadableDamaged: isGivenUp)
                try database.execute("PRAGMA query_only = 1; PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10)")
                if state.fileNumber == 0 { state.fileNumber = decoded.numberForFile() }
                open = Open(
                    contents: try DayContents(
                        database, day: day, settings: settings, decoded: decoded, fileNumber: state.fileNumber),
                    database: database)
                state.open = open
            }
            open.database.isUnreadableDamaged = isGivenUp
            return try open.contents.snapshot { () throws(StoreError) in try body(open.contents) }
        }
    }

    /// Waits for the query that has the file and closes it. Its final form, of which columns are kept decoded, is only
    /// ever replaced in `exclusively`.
    func close() {
        state.withLock { $0.open = nil }
    }

    /// The same for good: a query that comes late does not open it again.
    func end() {
        state.withLock { state in
            state.open = nil
            state.isEnded = true
        }
    }

    /// Closes the file and keeps queries out while `body` runs.
    func exclusively(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            state.open = nil
            decoded.remove(file: state.fileNumber)
            state.fileNumber = 0
            try body()
        }
    }
}
