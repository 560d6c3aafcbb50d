internal import LinuxSystem
internal import MetricModel
internal import SampleCodec

/// Writes a day in its final form into a new file beside the old one. Until `install` the old one is as it was; a file
/// that was begun and not installed is of no use to anybody and is removed at the next start.
final class DayRewrite {
    static let suffix = ".tmp"
    private static let seriesPerPause = 256

    private let day: CalendarDay
    private let settings: StoreSettings
    let path: String
    private var temporaryPath: String { path + Self.suffix }
    /// The old file, until it is read.
    private var contents: DayContents?
    /// The last seal that is in the new file: a later one makes it stale.
    private let throughSeal: Int64
    /// The last order to delete that it carries out.
    private let throughDeletion: Int64
    /// Whether orders leave no sample: then there is no new file, and the day loses its old one.
    private(set) var isEmptied = false
    /// What has gone into the new file.
    private var digest = DayDigest()

    init(day: CalendarDay, directory: String, settings: StoreSettings) throws(StoreError) {
        self.day = day
        self.settings = settings
        path = directory + "/" + day.fileName
        let source = try Database(path, .readWrite)
        try source.execute("PRAGMA query_only = 1; PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10)")
        let contents = try DayContents(source, day: day, settings: settings)
        throughSeal = try contents.sealed?.lastSeal() ?? 0
        throughDeletion = contents.deletions.newest
        self.contents = contents
    }

    /// Whether there is no final form yet, something to be deleted, or more late rows than a file should have; with
    /// `isForced` any.
    func isWorthIt(isForced: Bool) throws(StoreError) -> Bool {
        guard let final = contents?.final, throughDeletion == 0 else { return true }
        let late = try contents?.sealed?.sampleCount() ?? 0
        return late > 0 && (isForced || Double(late) > Double(final.sampleCount) * settings.lateMergeFraction)
    }

    /// Writes the new file and makes it durable. `pause` is called again and again; false from it ends the work, and so
    /// does anything damaged: what cannot be read must not be left out of the only copy.
    func write(pause: () -> Bool) throws(StoreError) -> Bool {
        guard let contents else { return false }
        try removeTemporary()
        var isComplete: Bool
        do throws(StoreError) {
            isComplete = try contents.snapshot { () throws(StoreError) -> Bool in try fill(contents, pause) }
            if isComplete, !isEmptied {
                do throws(SystemError) {
                    try FileDescriptor(opening: temporaryPath).synchronise()
                } catch { throw .system(error) }
                isComplete = try readBack(pause)
            }
        } catch {
            // The first error says more than a failing removal could; the next start removes it.
            do throws(StoreError) { try removeTemporary() } catch {}
            throw error
        }
        if !isComplete { try removeTemporary() }
        return isComplete
    }

    func removeTemporary() throws(StoreError) {
        do throws(SystemError) {
            if Files.exists(temporaryPath) { try Files.remove(temporaryPath) }
        } catch { throw .system(error) }
    }

    /// What is done of `install`, for tests that stop there.
    enum Step: CaseIterable {
        case journalRemoved, directorySynchronised, renamed
    }

    /// Puts the new file into the old one's place, which nobody has open or writes to. False, and the new file is gone,
    /// where the old one has changed since it was read.
    func install(afterStep: (Step) throws(StoreError) -> Void = { _ throws(StoreError) in }) throws(StoreError) -> Bool
    {
        contents = nil
        guard try removeJournal() else {
            try removeTemporary()
            return false
        }
        try afterStep(.journalRemoved)
        do throws(SystemError) {
            // A -wal file of the old one that came back after a power cut would be applied to the new one.
            try Files.synchroniseDirectory(Files.parent(of: path))
        } catch { throw .system(error) }
        try afterStep(.directorySynchronised)
        do throws(SystemError) {
            if isEmptied { try Files.remove(path) } else { try Files.rename(temporaryPath, to: path) }
        } catch { throw .system(error) }
        try afterStep(.renamed)
        do throws(SystemError) { try Files.synchroniseDirectory(Files.parent(of: path)) } catch { throw .system(error) }
        return true
    }

    /// Folds the old file's -wal into it and ends its journal; false where the file has changed since it was read.
    private func removeJournal() throws(StoreError) -> Bool {
        let old = try Database(path, .readWrite)
        let isFinal = try DaySchema.check(old)
        var seal: Int64 = 0
        if let prefix = try DaySchema.sealPrefix(old, isFinal: isFinal, day: day) {
            seal = try old.integer("SELECT max(seal) FROM \(prefix)seals") ?? 0
        }
        guard seal == throughSeal, try DayDeletions.newest(old) == throughDeletion else { return false }
        let statement = try old.prepare("PRAGMA journal_mode = DELETE")
        guard try statement.step(), statement.text(0) == "delete" else {
            throw .inUse(path, "its journal is in use by another process")
        }
        return true
    }

    private func fill(_ contents: DayContents, _ pause: () -> Bool) throws(StoreError) -> Bool {
        var index = FinalIndexBuilder()
        try gather(contents, into: &index)
        if index.entries.isEmpty, throughDeletion > 0 {
            isEmptied = true
            return true
        }
        index.settle()
        let sampleCount = (contents.final?.sampleCount ?? 0) + Int(try contents.sealed?.sampleCount() ?? 0)
        let pageByteCount = FinalSchema.pageByteCount(sampleCount: sampleCount)
        let target = try Database(temporaryPath, .create)
        // Nobody reads the file before it is whole and synced, so it needs no journal.
        try target.execute(
            "PRAGMA page_size = \(pageByteCount); PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                + "PRAGMA cache_size = -\(settings.fileCacheByteCount >> 10); BEGIN;" + FinalSchema.text
                + "PRAGMA application_id = \(DaySchema.applicationID); PRAGMA user_version = \(FinalSchema.version)")
        let writer = try FinalWriter(target, day: day, settings: settings, pageByteCount: pageByteCount)
        for (number, entry) in index.entries.enumerated() {
            if number % Self.seriesPerPause == 0, !pause() { return false }
            let name = String(decoding: index.metrics[Int(entry.metric)], as: UTF8.self)
            let run = try samples(of: entry, name: name, contents)
            digest.add(labelHashes: index.labelHashes(of: entry), run)
            try writer.write(entry, run, index)
        }
        try writer.finish(index)
        try target.execute("COMMIT")
        return true
    }

    /// Reads the new file as queries will: it takes the place of the only copy, so a mistake of ours in writing it must show
    /// before. False where `pause` ends it.
    private func readBack(_ pause: () -> Bool) throws(StoreError) -> Bool {
        var found = DayDigest()
        do throws(StoreError) {
            let database = try Database(temporaryPath, .immutable)
            guard let final = try DayContents(database, day: day, settings: settings).final else {
                throw .damaged(temporaryPath, "there is no final form in it")
            }
            for (name, all) in try final.select([]) {
                for (number, series) in all.enumerated() {
                    if number % Self.seriesPerPause == 0, !pause() { return false }
                    var run = SampleRun()
                    if let damage = try final.check(series, into: &run) { throw .damaged(temporaryPath, damage) }
                    found.add(packedLabels: try final.packedLabels(series, name: name), run)
                }
            }
        } catch {
            throw .database(path: temporaryPath, code: 0, reason: "it cannot be read after it was written: \(error)")
        }
        guard found == digest else {
            throw .database(path: temporaryPath, code: 0, reason: "it does not hold what was written into it")
        }
        return true
    }

    private func gather(_ contents: DayContents, into index: inout FinalIndexBuilder) throws(StoreError) {
        if let final = contents.final {
            for (name, all) in try final.select([]) {
                for series in all {
                    let labels = try final.packedLabels(series, name: name)
                    // Those without a sample left must leave no trace in the numbers of the others either.
                    guard try contents.isLeft(series, labels, in: final, from: .min, through: .max) else { continue }
                    index.add(packedLabels: labels, finalSeries: series)
                }
            }
        }
        guard let sealed = contents.sealed else { return }
        let seals = try sealed.seals(from: .min, through: .max)
        for number in try sealed.allSeries() {
            guard let labels = try sealed.packedLabels(series: number),
                try contents.isLeft(sealed: number, labels, in: sealed, seals: seals, from: .min, through: .max)
            else { continue }
            index.add(packedLabels: labels, sealedSeries: number)
        }
    }

    private func samples(
        of entry: FinalIndexBuilder.Entry, name: String, _ contents: DayContents
    ) throws(StoreError) -> SampleRun {
        var run = SampleRun()
        if let final = contents.final, let series = entry.finalSeries {
            run = try contents.samples(of: series, name: name, in: final, from: .min, through: .max)
        }
        if let sealed = contents.sealed, let series = entry.sealedSeries {
            let seals = try sealed.seals(from: .min, through: .max)
            run.append(
                try contents.samples(ofSealed: series, in: sealed, seals: seals, from: .min, through: .max))
        }
        guard run.damagedChunks == 0 else { throw .damaged(path, "\(run.damagedChunks) chunks of a series") }
        run.settle()
        return run
    }
}
