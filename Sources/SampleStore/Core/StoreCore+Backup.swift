internal import Glibc
internal import LinuxSystem
internal import RingLog
internal import Synchronization

extension StoreCore {
    /// Copies the store into a new directory, from which it can be opened, while it goes on.
    ///
    /// First `hub.db` and the log, with the hub's lock held so that no seal lets go of a record meanwhile: they hold
    /// everything that was acknowledged before and is not in the day files. Then the day files, each with the lock held so
    /// that nothing is written to it; what a seal adds to them between the two is in the copied log as well, and meets its
    /// own times when that is replayed. Until it is whole the copy has another name, and it keeps another one where a
    /// database cannot be read: that one is left out, and listed in the copy.
    func backUp(to target: String) throws(StoreError) -> StoreBackup {
        if sealRequests.isEnding { throw .closed }
        let partial = target + ".partial"
        do throws(SystemError) { try Self.begin(partial, for: target) } catch { throw .system(error) }
        var omissions: [StoreBackup.Omission?] = []
        try hub.withLock { hub throws(StoreError) in
            omissions.append(
                try omission(of: HubDatabase.fileName, in: partial) { () throws(FileCopy.Failure) in
                    let database: Database
                    do throws(StoreError) {
                        database = try hub.database
                        try hub.fold()
                    } catch { throw error == .closed ? .target(error) : .source(error) }
                    try FileCopy.copy(database, to: partial + "/" + HubDatabase.fileName)
                })
            try copyLog(to: partial)
        }
        for day in catalog.days() {
            omissions.append(
                try omission(of: day.fileName, in: partial) { () throws(FileCopy.Failure) in
                    try copy(day, to: partial)
                })
        }
        let left = omissions.compactMap { $0 }
        let backup = StoreBackup(
            path: target + (left.isEmpty ? "" : StoreBackup.incompleteSuffix), omissions: left)
        do throws(SystemError) { try Self.end(partial, as: backup) } catch { throw .system(error) }
        return backup
    }

    /// Makes the directory of a copy, without what one that was begun and not ended left.
    private static func begin(_ partial: String, for target: String) throws(SystemError) {
        // One that is not whole is all there is of some days perhaps, so it does not make way either.
        for path in [target, target + StoreBackup.incompleteSuffix] where Files.exists(path) {
            throw SystemError(call: "mkdir", path: path, errorNumber: EEXIST)
        }
        try Files.makeDirectory(partial + "/" + logDirectory)
        for left in [partial + "/" + logDirectory, partial] {
            for name in try Files.list(left) where !Files.isDirectory(left + "/" + name) {
                try Files.remove(left + "/" + name)
            }
        }
    }

    /// Gives the directory its name when all that is in it is durable.
    private static func end(_ partial: String, as backup: StoreBackup) throws(SystemError) {
        if !backup.isWhole {
            try Files.replace(partial + "/" + StoreBackup.listName, with: Array(backup.list.utf8))
        }
        try Files.synchroniseDirectory(partial + "/" + logDirectory)
        try Files.synchroniseDirectory(partial)
        try Files.rename(partial, to: backup.path)
        try Files.synchroniseDirectory(Files.parent(of: backup.path))
    }

    /// Copies a database by `copy`. Where it cannot be read nothing of it stays in the copy, and what is answered says why;
    /// it counts among the attempts to read the file.
    private func omission(
        of name: String, in target: String, _ copy: () throws(FileCopy.Failure) -> Void
    ) throws(StoreError) -> StoreBackup.Omission? {
        do throws(FileCopy.Failure) {
            try copy()
            return nil
        } catch {
            switch error {
            case .target(let error): throw error
            case .source(let error):
                do throws(SystemError) {
                    for suffix in ["", "-wal", "-journal"] where Files.exists(target + "/" + name + suffix) {
                        try Files.remove(target + "/" + name + suffix)
                    }
                } catch { throw .system(error) }
                // Retention may have deleted it just then.
                guard DamagedFile.isThere(directory + "/" + name) else { return nil }
                if error.isUnreadable { _ = catalog.unreadable.note(name, "\(error)") }
                return StoreBackup.Omission(name: name, reason: "\(error)")
            }
        }
    }

    private var logPath: String { directory + "/" + Self.logDirectory }

    /// The log is what was acknowledged last, and a copy without a part of it is none: any failure ends the backup.
    private func copyLog(to target: String) throws(StoreError) {
        // The log has no directory before its first record.
        let names: [String]
        do throws(SystemError) {
            names = Files.isDirectory(logPath) ? try Files.list(logPath) : []
        } catch { throw .system(error) }
        for name in names where !RingFiles.isUnfinished(name) {
            do throws(FileCopy.Failure) {
                try FileCopy.copy(logPath + "/" + name, to: target + "/" + Self.logDirectory + "/" + name)
            } catch { throw error.error }
        }
    }

    private func copy(_ day: CalendarDay, to target: String) throws(FileCopy.Failure) {
        let path = directory + "/" + day.fileName
        try hub.withLock { hub throws(FileCopy.Failure) in
            do throws(StoreError) { try hub.checkIsOpen() } catch { throw .target(error) }
            // Retention may have deleted it since the days were listed.
            guard Files.exists(path) else { return }
            // Open until the copy is made: whoever is the last to close the file folds its -wal in and removes it.
            let database: Database
            do throws(StoreError) { database = try Database(path, .readWrite) } catch { throw .source(error) }
            var isFolded = !Files.exists(path + "-wal")
            if !isFolded {
                // A rewrite that reads the day, or another process, may keep some of the -wal from going into the
                // file, and so may damage or a disk that takes nothing. Then both are copied as they are.
                do throws(StoreError) {
                    try catalog.exclusively(day) { () throws(StoreError) in isFolded = try database.foldJournal() }
                } catch {}
            }
            try FileCopy.copy(database, to: target + "/" + day.fileName)
            // SQLite has no locks on these. A journal is there where a file in its final form took no more while it was
            // written to; without it half of that would be in the copy.
            for suffix in isFolded ? ["-journal"] : ["-wal", "-journal"] where Files.exists(path + suffix) {
                try FileCopy.copy(path + suffix, to: target + "/" + day.fileName + suffix)
            }
        }
    }
}
