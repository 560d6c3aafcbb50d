internal import LinuxSystem

/// What is in a store's directory, read without changing it and while a hub may have it open.
package struct StoreInspection: Sendable {
    package struct Day: Sendable {
        /// The file's name.
        package let name: String
        /// With what is still in its -wal file.
        package let byteCount: Int64
        package let series: Int
        package let chunks: Int
        package let samples: Int
        package let seals: Int
        /// Whether the day has been brought into its final form.
        package let isFinal: Bool
        /// Of the samples, those that came after the day had its final form or had been sealed past its end.
        package let lateSamples: Int
        /// Of the samples, those that deletions hide until the day is cleaned. Counted by reading the series that are
        /// meant; without deletions nothing is read for it.
        package let hiddenSamples: Int
        package let firstUnixMilliseconds: Int64?
        package let lastUnixMilliseconds: Int64?
        /// What is wrong with the file, or nil.
        package let damage: String?
    }

    package let directory: String
    /// Oldest first.
    package let days: [Day]
    /// The log's files: how many, and their bytes.
    package let logFiles: Int
    package let logByteCount: Int64
    /// Files that were put aside as damaged: kept, never read.
    package let setAsideFiles: [String]
    /// Files that the store does not know.
    package let otherFiles: [String]

    package var samples: Int { days.reduce(0) { $0 + $1.samples } }
    package var byteCount: Int64 { days.reduce(logByteCount) { $0 + $1.byteCount } }

    /// Looks at every day file; with `isThorough` also lets SQLite check its structure, which reads all of it.
    package static func describe(_ directory: String, isThorough: Bool = false) throws(StoreError) -> StoreInspection {
        do throws(SystemError) {
            let names = try Files.list(directory)
            var days: [Day] = []
            var others: [String] = []
            var setAside: [String] = []
            for name in names {
                if let day = CalendarDay(fileName: name) {
                    days.append(try describeDay(directory + "/" + name, day, isThorough: isThorough))
                } else if isSetAside(name) {
                    setAside.append(name)
                } else if !isKnown(name) {
                    others.append(name)
                }
            }
            let log = directory + "/" + StoreCore.logDirectory
            let logFiles = Files.isDirectory(log) ? try Files.list(log) : []
            var logByteCount: Int64 = 0
            for file in logFiles { logByteCount += try size(log + "/" + file) }
            return StoreInspection(
                directory: directory, days: days, logFiles: logFiles.count, logByteCount: logByteCount,
                setAsideFiles: setAside, otherFiles: others)
        } catch { throw .system(error) }
    }

    /// `2026-11-20.db.damaged-1`, `hub.db.damaged-1`, and their `-wal` and `-shm`.
    private static func isSetAside(_ name: String) -> Bool {
        guard let suffix = name.utf8.lastIndex(of: UInt8(ascii: ".")), name[suffix...].hasPrefix(".damaged-") else {
            return false
        }
        let base = String(name[..<suffix])
        return base == HubDatabase.fileName || CalendarDay(fileName: base) != nil
    }

    private static func isKnown(_ name: String) -> Bool {
        if name.hasSuffix(DayRewrite.suffix), CalendarDay(fileName: String(name.dropLast(4))) != nil { return true }
        if DayCatalog.isCopy(name) { return true }
        let own = [
            StoreCore.logDirectory, "lock", "relay", SampleStore.controlSocketName, HubDatabase.fileName,
            UnreadableFiles.checkFileName,
        ]
        if own.contains(name) { return true }
        for suffix in ["-wal", "-shm"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.utf8.count))
            return base == HubDatabase.fileName || CalendarDay(fileName: base) != nil
        }
        return false
    }

    private static func size(_ path: String) throws(SystemError) -> Int64 {
        try Files.byteCount(path) ?? 0
    }

    private static func describeDay(
        _ path: String, _ day: CalendarDay, isThorough: Bool
    ) throws(SystemError) -> Day {
        let walByteCount = try size(path + "-wal")
        let byteCount = try size(path) + walByteCount
        do throws(StoreError) {
            let database = try Database(path, walByteCount == 0 ? .immutable : .readOnly)
            let isFinal = try DaySchema.check(database)
            if isThorough { try check(database) }
            return try describe(database, day, byteCount: byteCount, isFinal: isFinal)
        } catch {
            return Day(
                name: day.fileName, byteCount: byteCount, series: 0, chunks: 0, samples: 0, seals: 0, isFinal: false,
                lateSamples: 0, hiddenSamples: 0, firstUnixMilliseconds: nil, lastUnixMilliseconds: nil,
                damage: "\(error)")
        }
    }

    private static func describe(
        _ database: Database, _ day: CalendarDay, byteCount: Int64, isFinal: Bool
    ) throws(StoreError) -> Day {
        let final = isFinal ? try FinalReading(database, day: day) : nil
        var (seals, chunks, samples, late, series) = (0, 0, 0, 0, 0)
        var times: [Int64] = []
        if let final {
            (samples, series) = (final.sampleCount, final.seriesCount)
            chunks = final.chunkCount
            if samples > 0 { times = [final.firstUnixMilliseconds, final.lastUnixMilliseconds] }
        }
        if let prefix = try DaySchema.sealPrefix(database, isFinal: isFinal, day: day) {
            let sum = try database.prepare(
                """
                SELECT count(*), coalesce(sum(chunks), 0), coalesce(sum(samples), 0),
                    coalesce(sum(samples) FILTER (WHERE is_late), 0), min(first_unix_ms), max(last_unix_ms)
                FROM \(prefix)seals
                """)
            guard try sum.step() else { throw .damaged(database.path, "no sums") }
            seals = Int(sum.integer(0))
            chunks += Int(sum.integer(1))
            samples += Int(sum.integer(2))
            late = Int(sum.integer(3))
            if !sum.isNull(4) { times += [sum.integer(4), sum.integer(5)] }
            series += Int(try database.integer("SELECT count(*) FROM \(prefix)series") ?? 0)
        }
        return Day(
            name: day.fileName, byteCount: byteCount, series: series, chunks: chunks, samples: samples, seals: seals,
            isFinal: isFinal, lateSamples: late, hiddenSamples: try hiddenSamples(database, day),
            firstUnixMilliseconds: times.min(), lastUnixMilliseconds: times.max(),
            damage: nil)
    }

    private static func hiddenSamples(_ database: Database, _ day: CalendarDay) throws(StoreError) -> Int {
        guard try !DayDeletions(database).isEmpty else { return 0 }
        let contents = try DayContents(database, day: day, settings: StoreSettings())
        return try contents.snapshot { () throws(StoreError) in try contents.hiddenSampleCount() }
    }

    private static func check(_ database: Database) throws(StoreError) {
        let statement = try database.prepare("PRAGMA integrity_check(1)")
        guard try statement.step() else { return }
        let verdict = statement.text(0)
        if verdict != "ok" { throw .damaged(database.path, verdict) }
    }
}
