internal import LinuxSystem
internal import Synchronization

/// Which day files there are, and the few that are open for queries.
///
/// The lock is held for look-ups only, never while a file is read. A reader that is put aside to make room closes
/// when the last query that uses it has ended.
final class DayCatalog: Sendable {
    private struct State {
        var days: Set<CalendarDay> = []
        /// Least recently used first.
        var open: [(day: CalendarDay, reader: DayReader)] = []
        var damagedFiles: UInt64 = 0
        var damagedChunks: UInt64 = 0
        var lastDamage = ""
        /// Days whose file was found damaged, so that each counts once.
        var damagedDays: Set<CalendarDay> = []
    }

    let directory: String
    private let settings: StoreSettings
    private let state = Mutex(State())

    init(directory: String, settings: StoreSettings) throws(StoreError) {
        self.directory = directory
        self.settings = settings
        let names: [String]
        do throws(SystemError) { names = try Files.list(directory) } catch { throw .system(error) }
        state.withLock { $0.days = Set(names.compactMap { CalendarDay(fileName: $0) }) }
    }

    /// The days with a file that have a part in the range, oldest first.
    func days(from: Int64 = .min, through: Int64 = .max) -> [CalendarDay] {
        state.withLock { state in
            state.days.filter { $0.firstUnixMilliseconds <= through && $0.lastUnixMilliseconds >= from }.sorted()
        }
    }

    func note(_ day: CalendarDay) {
        state.withLock { _ = $0.days.insert(day) }
    }

    /// Runs `body` on the day's file, or counts and skips it where it cannot be read, so that it never stops the others.
    /// Thrown is only what says nothing about the file: a lock held for too long, or no memory.
    func read<Result: Sendable>(
        _ day: CalendarDay, _ body: (DayReading) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        do throws(StoreError) {
            return try reader(day).read(body)
        } catch {
            if error.isPassing { throw error }
            // Retention may have deleted it since the days were listed.
            guard Files.exists(directory + "/" + day.fileName) else { return nil }
            noteDamage(of: day, "\(error)")
            return nil
        }
    }

    private func reader(_ day: CalendarDay) throws(StoreError) -> DayReader {
        let known = state.withLock { state -> DayReader? in
            guard let position = state.open.firstIndex(where: { $0.day == day }) else { return nil }
            let entry = state.open.remove(at: position)
            state.open.append(entry)
            return entry.reader
        }
        if let known { return known }
        let made = try DayReader(day: day, directory: directory, settings: settings)
        state.withLock { state in
            state.open.append((day, made))
            if state.open.count > max(settings.openFileLimit, 1) { state.open.removeFirst() }
        }
        return made
    }

    func noteDamage(of day: CalendarDay, _ reason: String) {
        state.withLock { state in
            state.open.removeAll { $0.day == day }
            if state.damagedDays.insert(day).inserted { state.damagedFiles += 1 }
            state.lastDamage = reason
        }
    }

    func noteDamagedChunks(_ count: Int, in day: CalendarDay) {
        guard count > 0 else { return }
        state.withLock { state in
            state.damagedChunks += UInt64(count)
            state.lastDamage = "\(directory)/\(day.fileName): \(count) chunks cannot be decoded"
        }
    }

    /// Renames a damaged file so that a new one can take its day's samples. Nothing is deleted.
    func setAside(_ day: CalendarDay) throws(StoreError) {
        close(day)
        let path = directory + "/" + day.fileName
        var number = 1
        while Files.exists("\(path).damaged-\(number)") { number += 1 }
        do throws(SystemError) {
            for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
                try Files.rename(path + suffix, to: "\(path).damaged-\(number)\(suffix)")
            }
            try Files.synchroniseDirectory(directory)
        } catch { throw .system(error) }
        state.withLock { state in
            _ = state.days.remove(day)
            _ = state.damagedDays.remove(day)
        }
    }

    private func close(_ day: CalendarDay) {
        state.withLock { $0.open.removeAll { $0.day == day } }
    }

    /// Deletes the files of days that end before `oldest`; answers how many.
    func remove(before oldest: Int64) throws(StoreError) -> Int {
        let expired = days().filter { $0.lastUnixMilliseconds < oldest }
        for day in expired {
            close(day)
            let path = directory + "/" + day.fileName
            do throws(SystemError) {
                for suffix in ["", "-wal", "-shm"] where Files.exists(path + suffix) {
                    try Files.remove(path + suffix)
                }
            } catch { throw .system(error) }
            state.withLock { _ = $0.days.remove(day) }
        }
        return expired.count
    }

    func fill(_ statistics: inout StoreStatistics) {
        state.withLock { state in
            statistics.dayFiles = state.days.count
            statistics.damagedFiles = state.damagedFiles
            statistics.damagedChunks = state.damagedChunks
            statistics.lastDamage = state.lastDamage
            statistics.oldestUnixMilliseconds = state.days.min()?.firstUnixMilliseconds
        }
    }
}
