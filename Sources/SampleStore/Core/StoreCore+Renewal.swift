internal import LinuxSystem
internal import Synchronization

/// What is done about a day's file that takes no writes although the disk gives it back: a copy of it, which lies elsewhere
/// on the disk, takes its place.
extension StoreCore {
    private static let suffixes = ["", "-wal", "-journal"]

    /// Whether what failed, with the hub's lock held, was writing to the day's file, and a copy has its place now. As with
    /// files that cannot be read that takes some attempts, in each of which the directory took a file.
    func isRenewed(_ day: CalendarDay, after error: StoreError) throws(StoreError) -> Bool {
        guard error.isUnwritable, catalog.unreadable.note(day.fileName, "\(error)", .writing) else { return false }
        // A rewrite reads the old file and may yet put its own into that place; it ends, and the next seal finds it so.
        let isDone: Bool? = try rewriting.withLockIfAvailable { _ throws(StoreError) in
            try renew(day, because: "\(error)")
            return true
        }
        return isDone ?? false
    }

    /// The copies are whole and durable before any of them gets its name. They hold what the files do, byte for byte, so
    /// that each fits beside the others' originals: it does not matter where this is cut off. The file keeps another name,
    /// so that nothing else is written where it lies.
    private func renew(_ day: CalendarDay, because reason: String) throws(StoreError) {
        let path = directory + "/" + day.fileName
        try catalog.exclusively(day) { () throws(StoreError) in
            let suffixes = Self.suffixes.filter { Files.exists(path + $0) }
            do throws(FileCopy.Failure) {
                try Self.copy(path, suffixes)
            } catch {
                // The first error says more than a failing removal could; the next start removes them.
                for suffix in suffixes {
                    do throws(SystemError) { try Files.remove(path + suffix + DamagedFile.copySuffix) } catch {}
                }
                throw error.error
            }
            let name = try DamagedFile.replace(day.fileName, in: directory, suffixes: suffixes)
            catalog.noteRenewed(day, because: reason, keptAs: name)
        }
    }

    private static func copy(_ path: String, _ suffixes: [String]) throws(FileCopy.Failure) {
        let database: Database
        do throws(StoreError) { database = try Database(path, .readWrite) } catch { throw .source(error) }
        for suffix in suffixes {
            let newPath = path + suffix + DamagedFile.copySuffix
            do throws(SystemError) {
                if Files.exists(newPath) { try Files.remove(newPath) }
            } catch { throw .target(.system(error)) }
            if suffix.isEmpty {
                try FileCopy.copy(database, to: newPath)
            } else {
                // SQLite has no locks on these.
                try FileCopy.copy(path + suffix, to: newPath)
            }
        }
    }
}
