internal import LabelMatching
internal import Synchronization

/// One day file opened for queries. Queries of one day take turns; a seal into the same day goes on beside them,
/// because the file is in SQLite's WAL mode.
final class DayReader: Sendable {
    private let reading: Mutex<DayReading>

    init(day: CalendarDay, directory: String, settings: StoreSettings) throws(StoreError) {
        let database = try Database(directory + "/" + day.fileName, .readWrite)
        try database.execute("PRAGMA query_only = 1; PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10)")
        try DaySchema.check(database)
        reading = Mutex(try DayReading(database, chunkSampleLimit: settings.chunkSampleLimit))
    }

    /// Runs `body` with the file's index and chunks.
    func read<Result: Sendable>(
        _ body: (DayReading) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try reading.withLock { reading throws(StoreError) in try body(reading) }
    }

    /// The newest time in the file.
    static func newestUnixMilliseconds(
        of day: CalendarDay, directory: String
    ) throws(StoreError) -> Int64? {
        let database = try Database(directory + "/" + day.fileName, .readWrite)
        try DaySchema.check(database)
        return try database.integer("SELECT max(last_unix_ms) FROM seals")
    }
}
