internal import MetricModel
internal import SampleCodec

/// Writes one seal into one day's file: a single transaction, from `init` to `commit`. Dropped before, it leaves the
/// file as it was.
final class DayWriter {
    /// What a seal wrote.
    struct Summary {
        var series = 0
        var chunks = 0
        var samples = 0
        var isLate = false
    }

    let day: CalendarDay
    private let database: Database
    private let seal: Int64
    private let sealedUnixMilliseconds: Int64
    private let chunkSampleLimit: Int
    private var summary = Summary()
    private var first = Int64.max
    private var last = Int64.min
    private var pairNumbers: [[UInt8]: Int64] = [:]
    private var newSeries: [Int64: [UInt32]] = [:]
    private var tickHint = TickHint()
    private let insertChunk: Statement
    private let findSeries: Statement
    private let insertSeries: Statement
    private let reader: DayReading
    /// Opened when a series may have samples there.
    private var known: SealedSamples?
    private let makeKnown: () throws(StoreError) -> SealedSamples?
    /// Whether what is written are late rows of a file in final form.
    let isIntoFinal: Bool
    private let prefix: String

    /// Where the day's file `isGivenUp` what the disk does not give back of it is damaged.
    init(
        day: CalendarDay, directory: String, settings: StoreSettings, now: Int64, isGivenUp: Bool
    ) throws(StoreError) {
        self.day = day
        sealedUnixMilliseconds = now
        chunkSampleLimit = max(settings.chunkSampleLimit, 1)
        database = try Database(directory + "/" + day.fileName, .create, isUnreadableDamaged: isGivenUp)
        try database.execute(
            "PRAGMA page_size = \(settings.pageByteCount); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                + "PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10); BEGIN IMMEDIATE")
        let isNew = try database.integer("SELECT count(*) FROM sqlite_schema") == 0
        if isNew {
            try database.execute(
                DaySchema.text(prefix: "") + "PRAGMA application_id = \(DaySchema.applicationID);"
                    + "PRAGMA user_version = \(DaySchema.version)")
        }
        let isFinal = try DaySchema.check(database)
        prefix = isFinal ? DaySchema.latePrefix : ""
        if try DaySchema.sealPrefix(database, isFinal: isFinal, day: day) == nil {
            try database.execute(DaySchema.text(prefix: prefix))
        }
        isIntoFinal = isFinal
        // A file that no query could read gets no more.
        if isFinal { _ = try FinalReading(database, day: day) }
        _ = try DayDeletions(database)
        makeKnown = { () throws(StoreError) in
            // Others see nothing at all of a file that this transaction makes.
            if isNew { return nil }
            return try SealedSamples(day: day, directory: directory, settings: settings, isGivenUp: isGivenUp)
        }
        seal = (try database.integer("SELECT max(seal) FROM \(prefix)seals") ?? 0) + 1
        guard seal < DaySchema.sealLimit else { throw .damaged(database.path, "seal numbers used up") }
        // What comes after the day had been sealed past its end is late; a rewrite of the day may fold it in.
        let closed = try database.integer("SELECT max(sealed_unix_ms) FROM \(prefix)seals") ?? .min
        summary.isLate = isFinal || closed > day.lastUnixMilliseconds
        insertChunk = try database.prepare("INSERT INTO \(prefix)chunks VALUES (?, ?, ?, ?, ?)")
        findSeries = try database.prepare("SELECT id, label_ids FROM \(prefix)series WHERE hash = ?")
        insertSeries = try database.prepare("INSERT INTO \(prefix)series (hash, label_ids) VALUES (?, ?)")
        reader = try DayReading(database, day: day, prefix: prefix, chunkSampleLimit: chunkSampleLimit)
    }

    /// The series' samples that the file has already, in the range. What is deleted it has no more.
    func existing(labels: [UInt8], hash: UInt64, from: Int64, through: Int64) throws(StoreError) -> SampleRun {
        if known == nil { known = try makeKnown() }
        return try known?.samples(labels: labels, hash: hash, from: from, through: through) ?? SampleRun()
    }

    /// Writes samples that are all of this day, ascending, and not in the file yet.
    func write(labels: [UInt8], hash: UInt64, _ run: SampleRun) throws(StoreError) {
        guard run.count > 0 else { return }
        let series = try numberMakingNew(labels, hash)
        // A series has only so many chunks in a seal; what is longer gets longer chunks.
        let length = max(chunkSampleLimit, run.count / Int(DaySchema.partLimit) + 1)
        for (part, start) in stride(from: 0, to: run.count, by: length).enumerated() {
            let range = start..<min(start + length, run.count)
            let chunk = SampleCodec.encode(run.times[range], run.values[range], effort: .final, hint: &tickHint)
            let (chunkFirst, chunkLast) = (run.times[range.lowerBound], run.times[range.upperBound - 1])
            try insertChunk.bind(1, DaySchema.chunkID(seal: seal, series: series, part: Int64(part)))
            try insertChunk.bind(2, chunkFirst - day.firstUnixMilliseconds)
            try insertChunk.bind(3, chunkLast - day.firstUnixMilliseconds)
            try insertChunk.bind(4, Int64(chunk[0] & 15))
            try insertChunk.bind(5, blob: chunk)
            try insertChunk.run()
            first = min(first, chunkFirst)
            last = max(last, chunkLast)
            summary.chunks += 1
        }
        summary.series += 1
        summary.samples += run.count
    }

    private func numberMakingNew(_ labels: [UInt8], _ hash: UInt64) throws(StoreError) -> Int64 {
        if let known = try number(of: labels, hash) { return known }
        return try add(labels, hash)
    }

    private func number(of labels: [UInt8], _ hash: UInt64) throws(StoreError) -> Int64? {
        try findSeries.bind(1, Int64(bitPattern: hash))
        defer { findSeries.reset() }
        while try findSeries.step() {
            let candidate = findSeries.integer(0)
            if try reader.packedLabels(findSeries.text(1)) == labels { return candidate }
        }
        return nil
    }

    private func add(_ labels: [UInt8], _ hash: UInt64) throws(StoreError) -> Int64 {
        let pairs = try pairIDs(labels)
        try insertSeries.bind(1, Int64(bitPattern: hash))
        try insertSeries.bind(2, "[" + pairs.map(String.init).joined(separator: ",") + "]")
        try insertSeries.run()
        let series = database.lastInsertedRow
        guard let number = UInt32(exactly: series) else { throw .damaged(database.path, "series numbers used up") }
        for pair in pairs { newSeries[pair, default: []].append(number) }
        return series
    }

    private func pairIDs(_ labels: [UInt8]) throws(StoreError) -> [Int64] {
        var walk = PackedLabelWalk()
        var pairs: [Int64] = []
        while let label = labels.withUnsafeBytes({ walk.next(in: $0) }) {
            // The label's own packed bytes name it without a string.
            let key = Array(labels[label.name]) + [0xff] + Array(labels[label.value])
            if let known = pairNumbers[key] {
                pairs.append(known)
                continue
            }
            let pair = try pairID(name: Array(labels[label.name]), value: Array(labels[label.value]))
            pairNumbers[key] = pair
            pairs.append(pair)
        }
        return pairs
    }

    private func pairID(name: [UInt8], value: [UInt8]) throws(StoreError) -> Int64 {
        if let known = try reader.pairID(name: name, value: value) { return known }
        let insert = try database.prepare(
            "INSERT INTO \(prefix)label_pairs (name, value, series_ids) VALUES (?, ?, x'')")
        try insert.bind(1, String(decoding: name, as: UTF8.self))
        try insert.bind(2, String(decoding: value, as: UTF8.self))
        try insert.run()
        return database.lastInsertedRow
    }

    /// Completes the label index and makes everything durable. A seal without samples leaves no trace.
    func commit() throws(StoreError) -> Summary {
        // Nobody reads while the -wal file is folded in.
        known = nil
        guard summary.samples > 0 else {
            try database.execute("ROLLBACK")
            return summary
        }
        let update = try database.prepare("UPDATE \(prefix)label_pairs SET series_ids = ? WHERE id = ?")
        for (pair, added) in newSeries {
            let before = try reader.postings(pair: pair)
            try update.bind(1, blob: Postings.encode(before + added))
            try update.bind(2, pair)
            try update.run()
        }
        try database.execute(
            "INSERT INTO \(prefix)seals VALUES (\(seal), \(sealedUnixMilliseconds), \(first), \(last), \(summary.series), "
                + "\(summary.chunks), \(summary.samples), \(summary.isLate ? 1 : 0)); COMMIT")
        return summary
    }

    /// Moves the transaction from the -wal file into the file itself, so that a copy of that one file is whole. Where a
    /// reader is in the way it happens at the next seal: the hub's lock is held, and a rewrite reads for minutes.
    func fold() throws(StoreError) {
        try database.execute("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
