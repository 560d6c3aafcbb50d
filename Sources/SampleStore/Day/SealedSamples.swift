/// What a day's file had before the seal that is being written into it.
///
/// It has a connection of its own: SQLite rolls back a transaction in which a page could not be read, so a damaged chunk
/// that is looked at within the seal's would end the seal, at every attempt.
final class SealedSamples {
    private let final: FinalReading?
    private let sealed: DayReading?
    private let deletions: DayDeletions
    private let findSeries: Statement?

    /// The seal's transaction has begun and has made the file one in WAL mode. Where the file `isGivenUp` what the disk
    /// does not give back of it is damaged.
    init(day: CalendarDay, directory: String, settings: StoreSettings, isGivenUp: Bool) throws(StoreError) {
        let path = directory + "/" + day.fileName
        let database = try Database(path, .readWrite, isUnreadableDamaged: isGivenUp)
        try database.execute("PRAGMA query_only = 1; PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10)")
        let isFinal = try DaySchema.check(database)
        final = isFinal ? try FinalReading(database, day: day) : nil
        deletions = try DayDeletions(database)
        guard let prefix = try DaySchema.sealPrefix(database, isFinal: isFinal, day: day) else {
            (sealed, findSeries) = (nil, nil)
            return
        }
        sealed = try DayReading(
            database, day: day, prefix: prefix, chunkSampleLimit: max(settings.chunkSampleLimit, 1))
        findSeries = try database.prepare("SELECT id, label_ids FROM \(prefix)series WHERE hash = ?")
    }

    /// The series' samples in the range. What is deleted the file has no more, and what cannot be read it has not.
    func samples(labels: [UInt8], hash: UInt64, from: Int64, through: Int64) throws(StoreError) -> SampleRun {
        var run = SampleRun()
        let orders = deletions.touching(packedLabels: labels)
        if let final, let series = try final.find(packedLabels: labels) {
            try final.collect(series, from: from, through: through, except: orders, into: &run)
        }
        if let sealed, let series = try number(of: labels, hash, in: sealed) {
            let seals = try sealed.seals(from: from, through: through)
            try sealed.collect(
                series: series, seals: seals, from: from, through: through, except: orders, into: &run)
        }
        run.settle()
        return run
    }

    private func number(of labels: [UInt8], _ hash: UInt64, in sealed: DayReading) throws(StoreError) -> Int64? {
        guard let findSeries else { return nil }
        try findSeries.bind(1, Int64(bitPattern: hash))
        defer { findSeries.reset() }
        while try findSeries.step() {
            if try sealed.packedLabels(findSeries.text(1)) == labels { return findSeries.integer(0) }
        }
        return nil
    }
}
