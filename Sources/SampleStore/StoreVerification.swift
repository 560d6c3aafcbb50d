internal import LinuxSystem
internal import MetricModel
internal import RingLog

/// Reads everything in a store's directory and says what of it is not as it was written. Changes nothing, and a hub may
/// have the directory open meanwhile.
///
/// Every page of every database has its checksum looked at, so any flipped bit of a day file or of `hub.db` is found. Then
/// every chunk is decoded, which names the series that a damaged page costs. Of the log every record's checksum is
/// looked at; bits between and behind its records belong to nothing and are not.
package struct StoreVerification: Sendable {
    /// One thing that is wrong.
    package struct Damage: Sendable, Hashable {
        /// The file's name within the directory.
        package let file: String
        package let reason: String
        /// The labels of the series that is concerned; nil where it is the file as a whole.
        package let series: String?
        /// Samples of these times may be lost.
        package let firstUnixMilliseconds: Int64?
        package let lastUnixMilliseconds: Int64?
    }

    package let directory: String
    /// Databases that were read, and their bytes.
    package private(set) var files = 0
    package private(set) var byteCount: Int64 = 0
    package private(set) var samples = 0
    /// Of the samples, those that deletions hide until their day is cleaned.
    package private(set) var hiddenSamples = 0
    package private(set) var logRecords: UInt64 = 0
    package private(set) var damages: [Damage] = []
    /// Damages beyond the limit, which are not listed.
    package private(set) var unlistedDamages = 0
    private let damageLimit: Int

    /// Looks at all of it; at most `damageLimit` damages are listed.
    package static func check(_ directory: String, damageLimit: Int = 1000) throws(StoreError) -> StoreVerification {
        let names: [String]
        do throws(SystemError) { names = try Files.list(directory) } catch { throw .system(error) }
        var verification = StoreVerification(directory: directory, damageLimit: damageLimit)
        for name in names {
            if let day = CalendarDay(fileName: name) {
                verification.checkDay(day, name)
            } else if name == HubDatabase.fileName {
                verification.checkPages(name, from: nil, through: nil)
            }
        }
        verification.checkLog()
        return verification
    }

    private init(directory: String, damageLimit: Int) {
        self.directory = directory
        self.damageLimit = damageLimit
    }

    private mutating func note(
        _ file: String, _ reason: String, series: String? = nil, from: Int64? = nil, through: Int64? = nil
    ) {
        guard damages.count < damageLimit else {
            unlistedDamages += 1
            return
        }
        damages.append(
            Damage(
                file: file, reason: reason, series: series, firstUnixMilliseconds: from, lastUnixMilliseconds: through))
    }

    private mutating func checkDay(_ day: CalendarDay, _ name: String) {
        let (first, last) = (day.firstUnixMilliseconds, day.lastUnixMilliseconds)
        let areWhole = checkPages(name, from: first, through: last)
        let path = directory + "/" + name
        do throws(StoreError) {
            let hasJournal = Files.exists(path + "-wal")
            let database = try Database(path, hasJournal ? .readOnly : .immutable)
            let contents = try DayContents(database, day: day, settings: StoreSettings())
            if areWhole { try Self.checkStructure(database) }
            try contents.snapshot { () throws(StoreError) in
                if let final = contents.final { try checkFinal(final, name) }
                if let sealed = contents.sealed { try checkSealed(sealed, name) }
                hiddenSamples += try contents.hiddenSampleCount()
            }
        } catch {
            // Its bad pages are named already.
            if areWhole { note(name, "\(error)", from: first, through: last) }
        }
    }

    private mutating func checkFinal(_ final: FinalReading, _ name: String) throws(StoreError) {
        var (found, seriesCount) = (0, 0)
        let (first, last) = (final.firstUnixMilliseconds, final.lastUnixMilliseconds)
        for (metric, all) in try final.select([]) {
            for series in all {
                var run = SampleRun()
                let damage = try final.check(series, into: &run)
                found += run.count
                seriesCount += 1
                // What is in no page's checksum: that the labels of every series can be found.
                let labels = Labels(alreadyPacked: try final.packedLabels(series, name: metric))
                guard let damage else { continue }
                note(name, damage, series: "\(labels)", from: first, through: last)
            }
        }
        samples += found
        let isComplete = found == final.sampleCount && seriesCount == final.seriesCount
        if !isComplete, damages.last?.file != name {
            note(
                name,
                "\(seriesCount) series and \(found) samples; there were \(final.seriesCount) and \(final.sampleCount)",
                from: first, through: last)
        }
    }

    private mutating func checkSealed(_ sealed: DayReading, _ name: String) throws(StoreError) {
        var found = 0
        let seals = try sealed.sealTimes()
        for number in try sealed.allSeries() {
            for seal in seals {
                var run = SampleRun()
                try sealed.collect(series: Int64(number), seal: seal.number, from: .min, through: .max, into: &run)
                found += run.count
                guard run.damagedChunks > 0 else { continue }
                let labels = try sealed.packedLabels(series: number).map { "\(Labels(alreadyPacked: $0))" }
                note(name, "chunks cannot be read", series: labels, from: seal.first, through: seal.last)
            }
        }
        samples += found
        let expected = try sealed.sampleCount()
        if Int64(found) != expected, damages.last?.file != name {
            note(
                name, "\(found) samples; seals wrote \(expected)", from: seals.map(\.first).min(),
                through: seals.map(\.last).max())
        }
    }

    private static func checkStructure(_ database: Database) throws(StoreError) {
        let statement = try database.prepare("PRAGMA integrity_check(1)")
        guard try statement.step() else { return }
        let verdict = statement.text(0)
        if verdict != "ok" { throw .damaged(database.path, verdict) }
    }

    /// Looks at the checksum of each page; true where all are right.
    @discardableResult
    private mutating func checkPages(_ name: String, from: Int64?, through: Int64?) -> Bool {
        do throws(StoreError) {
            let pages = try PageSweep(directory + "/" + name)
            files += 1
            byteCount += pages.byteCount
            if let reason = pages.damage {
                note(name, reason, from: from, through: through)
                return false
            }
            for number in pages.wrongPages {
                note(name, "page \(number) of \(pages.pageCount): its checksum is wrong", from: from, through: through)
            }
            return pages.wrongPages.isEmpty
        } catch {
            note(name, "\(error)", from: from, through: through)
            return false
        }
    }

    private mutating func checkLog() {
        let path = directory + "/" + StoreCore.logDirectory
        guard Files.isDirectory(path) else { return }
        do throws(RingError) {
            let log = try RingInspection(directory: path).log
            let damaged = log.recovery.damagedRecordCount
            if damaged > 0 { note(StoreCore.logDirectory, "\(damaged) records are damaged") }
            var records: UInt64 = 0
            try log.read(from: 0) { _, _ in
                records += 1
                return true
            }
            logRecords = records
        } catch { note(StoreCore.logDirectory, "\(error)") }
    }
}
