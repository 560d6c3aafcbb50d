internal import LinuxSystem
internal import Synchronization

/// Which day files there are, and the few that are open for queries.
///
/// The lock is held for look-ups only, never while a file is read. Of the open files the one that was used longest ago
/// is closed before another is opened, so that never more than `openFileLimit` are.
final class DayCatalog: Sendable {
    private struct State {
        var readers: [CalendarDay: DayReader] = [:]
        /// Days whose file is open or about to be, least recently used first.
        var open: [CalendarDay] = []
        /// Days that may not be in their final form.
        var unsettled: Set<CalendarDay> = []
        var damagedFiles: UInt64 = 0
        var damagedChunks: UInt64 = 0
        var lastDamage = ""
        var setAsideFiles: UInt64 = 0
        /// Days whose file was found damaged, so that each counts once.
        var damagedDays: Set<CalendarDay> = []
    }

    let directory: String
    private let settings: StoreSettings
    /// `hub.db` is among them.
    let unreadable: UnreadableFiles
    let decoded: DecodedColumns
    private let state = Mutex(State())

    init(directory: String, settings: StoreSettings) throws(StoreError) {
        self.directory = directory
        self.settings = settings
        unreadable = UnreadableFiles(directory: directory, settings: settings)
        decoded = DecodedColumns(byteLimit: settings.decodedByteLimit)
        let names: [String]
        do throws(SystemError) { names = try Files.list(directory) } catch { throw .system(error) }
        for day in names.compactMap({ CalendarDay(fileName: $0) }) { note(day) }
        // What a crash left of a rewrite, or of a copy that was to take a file's place.
        do throws(SystemError) {
            for name in names
            where name.hasSuffix(".db" + DayRewrite.suffix) || Self.isCopy(name) {
                try Files.remove(directory + "/" + name)
            }
        } catch { throw .system(error) }
    }

    /// `2026-11-20.db.copy`, or of what SQLite keeps beside the file.
    static func isCopy(_ name: String) -> Bool {
        name.hasSuffix(DamagedFile.copySuffix) && CalendarDay(fileName: String(name.prefix(13))) != nil
    }

    /// The days with a file that have a part in the range, oldest first.
    func days(from: Int64 = .min, through: Int64 = .max) -> [CalendarDay] {
        state.withLock { state in
            state.readers.keys.filter { $0.firstUnixMilliseconds <= through && $0.lastUnixMilliseconds >= from }
                .sorted()
        }
    }

    /// Remembers that the day has a file, which may not be in its final form.
    func note(_ day: CalendarDay) {
        state.withLock { state in
            if state.readers[day] == nil {
                state.readers[day] = DayReader(
                    day: day, directory: directory, settings: settings, decoded: decoded)
            }
            state.unsettled.insert(day)
        }
    }

    /// Days that end before the time and may not be in their final form, oldest first.
    func unsettledDays(before unixMilliseconds: Int64) -> [CalendarDay] {
        state.withLock { state in state.unsettled.filter { $0.lastUnixMilliseconds < unixMilliseconds }.sorted() }
    }

    /// Remembers that there is nothing to do for the day until something is written to it.
    func settle(_ day: CalendarDay) {
        state.withLock { _ = $0.unsettled.remove(day) }
    }

    /// Runs `body` on the day's file, or counts and skips it where it cannot be read, so that it never stops the others.
    /// Thrown is only what says nothing about the file, a lock held for too long or no memory, and what may be better the
    /// next time: the disk does not give the file back, and it has not been given up yet.
    func read<Result: Sendable>(
        _ day: CalendarDay, _ body: (DayContents) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        do throws(StoreError) {
            return try opened(day)?.read(isGivenUp: unreadable.isGivenUp(day.fileName), body)
        } catch {
            // One that was being written when it took no more has to be written to before it can be read.
            if error.isPassing || error.isUnwritable || error == .closed { throw error }
            // Retention may have deleted it since the days were listed.
            guard DamagedFile.isThere(directory + "/" + day.fileName) else { return nil }
            if error.isUnreadable {
                // An answer without this day would say that there is nothing.
                guard unreadable.note(day.fileName, "\(error)") else { throw error }
                return try read(day, body)
            }
            noteDamage(of: day, "\(error)")
            return nil
        }
    }

    /// The day's reader, with room for its file among the open ones; nil where there is no such day.
    private func opened(_ day: CalendarDay) -> DayReader? {
        let (reader, leaving) = state.withLock { state -> (DayReader?, DayReader?) in
            guard let reader = state.readers[day] else { return (nil, nil) }
            if let position = state.open.firstIndex(of: day) {
                state.open.remove(at: position)
                state.open.append(day)
                return (reader, nil)
            }
            var leaving: DayReader?
            if state.open.count >= max(settings.openFileLimit, 1) { leaving = state.readers[state.open.removeFirst()] }
            state.open.append(day)
            return (reader, leaving)
        }
        // This waits for a query that reads that file just now. None that has a file waits for another, so all end.
        leaving?.close()
        return reader
    }

    /// Closes the day's file and keeps queries out while `body` runs.
    func exclusively(_ day: CalendarDay, _ body: () throws(StoreError) -> Void) throws(StoreError) {
        guard let reader = state.withLock({ $0.readers[day] }) else { return try body() }
        try reader.exclusively(body)
    }

    /// Has `body` put another file into the day's place while no query has it open. True from it says that it did, and
    /// that the day is in its final form.
    func replace(_ day: CalendarDay, _ body: () throws(StoreError) -> Bool) throws(StoreError) -> Bool {
        var isReplaced = false
        try exclusively(day) { () throws(StoreError) in isReplaced = try body() }
        if isReplaced { settle(day) }
        return isReplaced
    }

    func noteDamage(of day: CalendarDay, _ reason: String) {
        state.withLock { state in
            if state.damagedDays.insert(day).inserted { state.damagedFiles += 1 }
            state.lastDamage = reason
        }
        unreadable.noteDamage(of: day.fileName)
    }

    func noteHubReplaced(because reason: String) {
        state.withLock { state in
            state.damagedFiles += 1
            state.setAsideFiles += 1
            state.lastDamage = reason + "; it is put aside and begun anew, which costs no sample"
        }
        unreadable.forget(HubDatabase.fileName)
    }

    func noteDamagedChunks(_ count: Int, in day: CalendarDay) {
        guard count > 0 else { return }
        state.withLock { state in
            state.damagedChunks += UInt64(count)
            state.lastDamage = "\(directory)/\(day.fileName): \(count) chunks cannot be decoded"
        }
        unreadable.noteDamage(of: day.fileName)
    }

    /// Renames a damaged file so that a new one can take its day's samples, and says so. Nothing is deleted.
    func setAside(_ day: CalendarDay, because reason: String) throws(StoreError) {
        noteDamage(of: day, reason)
        var newName = ""
        try exclusively(day) { () throws(StoreError) in
            newName = try DamagedFile.setAside(day.fileName, in: directory)
        }
        forget(day)
        state.withLock { state in
            state.setAsideFiles += 1
            state.lastDamage =
                reason + "; it is kept as \(newName) and a new file takes the day's samples; "
                + "to get back what can be read of it, copy it (and its -wal) into an empty directory under its old name and "
                + "'wayside-hub store export' from there"
        }
    }

    /// Says that a copy has taken the place of a file that took no writes, and that nothing is lost.
    func noteRenewed(_ day: CalendarDay, because reason: String, keptAs name: String) {
        state.withLock { state in
            state.setAsideFiles += 1
            state.lastDamage =
                reason + "; the file takes no writes, so a copy with all that is in it has its place; "
                + "it is kept as \(name), so that nothing else is written where it lies on the disk"
        }
        unreadable.forget(day.fileName)
    }

    /// Leaves out a day whose file is gone.
    func forget(_ day: CalendarDay) {
        state.withLock { state in
            state.readers[day] = nil
            state.open.removeAll { $0 == day }
            state.unsettled.remove(day)
            state.damagedDays.remove(day)
        }
        unreadable.forget(day.fileName)
    }

    /// Closes the file, so that the next query sees what has been added to it or put into its place.
    func close(_ day: CalendarDay) {
        state.withLock { $0.readers[day] }?.close()
    }

    /// Closes all files for good: SQLite removes their -wal files where it can.
    func closeAll() {
        for reader in state.withLock({ Array($0.readers.values) }) { reader.end() }
    }

    /// Deletes the files of days that end before `oldest`; answers how many.
    func remove(before oldest: Int64) throws(StoreError) -> Int {
        let expired = days().filter { $0.lastUnixMilliseconds < oldest }
        for day in expired { try remove(day) }
        return expired.count
    }

    /// Deletes a day.
    func remove(_ day: CalendarDay) throws(StoreError) {
        let path = directory + "/" + day.fileName
        try exclusively(day) { () throws(StoreError) in
            do throws(SystemError) {
                for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
                    try Files.remove(path + suffix)
                }
            } catch { throw .system(error) }
        }
        forget(day)
    }

    func fill(_ statistics: inout StoreStatistics) {
        let (times, values) = (decoded.times.figures, decoded.values.figures)
        statistics.decodedByteCount = times.byteCount + values.byteCount
        statistics.decodedHits = times.hits + values.hits
        statistics.decodedMisses = times.misses + values.misses
        state.withLock { state in
            statistics.dayFiles = state.readers.count
            statistics.damagedFiles = state.damagedFiles
            statistics.damagedChunks = state.damagedChunks
            statistics.lastDamage = state.lastDamage
            statistics.setAsideFiles = state.setAsideFiles
            statistics.oldestUnixMilliseconds = state.readers.keys.min()?.firstUnixMilliseconds
        }
        unreadable.fill(&statistics)
    }
}
