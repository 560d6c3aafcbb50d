internal import Glibc
internal import LinuxSystem
internal import RingLog
internal import Synchronization

extension StoreCore {
    private static let copyByteCount = 1 << 20

    /// Copies the store into a new directory, from which it can be opened, while it goes on.
    ///
    /// First `hub.db` and the log, with the hub's lock held so that no seal lets go of a record meanwhile: they hold
    /// everything that was acknowledged before and is not in the day files. Then the day files, each with the lock held so
    /// that nothing is written to it; what a seal adds to them between the two is in the copied log as well, and meets its
    /// own times when that is replayed. Until it is whole the copy has another name.
    func backUp(to target: String) throws(StoreError) {
        if sealRequests.isEnding { throw .closed }
        let partial = target + ".partial"
        do throws(SystemError) {
            guard !Files.exists(target) else { throw SystemError(call: "mkdir", path: target, errorNumber: EEXIST) }
            try Files.makeDirectory(partial + "/" + Self.logDirectory)
            // What one that was begun and not ended left.
            for left in [partial + "/" + Self.logDirectory, partial] {
                for name in try Files.list(left) where !Files.isDirectory(left + "/" + name) {
                    try Files.remove(left + "/" + name)
                }
            }
        } catch { throw .system(error) }
        try hub.withLock { hub throws(StoreError) in
            try hub.fold()
            try Self.copy(hub.database, HubDatabase.fileName, to: partial)
            // The log has no directory before its first record.
            let names: [String]
            do throws(SystemError) {
                names = Files.isDirectory(logPath) ? try Files.list(logPath) : []
            } catch { throw .system(error) }
            for name in names where !RingFiles.isUnfinished(name) {
                try Self.copy(logPath, name, to: partial + "/" + Self.logDirectory)
            }
        }
        for day in catalog.days() { try copy(day, to: partial) }
        do throws(SystemError) {
            try Files.synchroniseDirectory(partial + "/" + Self.logDirectory)
            try Files.synchroniseDirectory(partial)
            try Files.rename(partial, to: target)
            try Files.synchroniseDirectory(Files.parent(of: target))
        } catch { throw .system(error) }
    }

    private var logPath: String { directory + "/" + Self.logDirectory }

    private func copy(_ day: CalendarDay, to target: String) throws(StoreError) {
        let path = directory + "/" + day.fileName
        try hub.withLock { hub throws(StoreError) in
            try hub.checkIsOpen()
            // Retention may have deleted it since the days were listed.
            guard Files.exists(path) else { return }
            // Open until the copy is made: whoever is the last to close the file folds its -wal in and removes it.
            let database = try Database(path, .readWrite)
            var isFolded = !Files.exists(path + "-wal")
            if !isFolded {
                // A rewrite that reads the day, or another process, may keep some of the -wal from going into the
                // file. A damaged file is copied as it is.
                do throws(StoreError) {
                    try catalog.exclusively(day) { () throws(StoreError) in isFolded = try database.foldJournal() }
                } catch {
                    guard error.isDamage else { throw error }
                }
            }
            try Self.copy(database, day.fileName, to: target)
            guard !isFolded, Files.exists(path + "-wal") else { return }
            // SQLite has no locks on this one.
            try Self.copy(directory, day.fileName + "-wal", to: target)
        }
    }

    /// Copies a database's file as it is, by what SQLite has open of it.
    private static func copy(_ database: Database, _ name: String, to target: String) throws(StoreError) {
        let source = try DatabaseBytes(database)
        try write(target + "/" + name) { bytes, offset throws(StoreError) in
            try source.read(into: bytes, at: offset)
        }
    }

    /// Copies a file that is no database.
    private static func copy(_ directory: String, _ name: String, to target: String) throws(StoreError) {
        let source = try open(directory + "/" + name, O_RDONLY)
        try write(target + "/" + name) { bytes, offset throws(StoreError) in
            do throws(SystemError) { return try source.read(into: bytes, at: offset) } catch { throw .system(error) }
        }
    }

    private static func open(_ path: String, _ flags: Int32) throws(StoreError) -> FileDescriptor {
        do throws(SystemError) { return try FileDescriptor(opening: path, flags) } catch { throw .system(error) }
    }

    /// Makes a file of what `read` puts into the buffer, until that is nothing, and syncs it.
    private static func write(
        _ path: String, _ read: (UnsafeMutableRawBufferPointer, Int64) throws(StoreError) -> Int
    ) throws(StoreError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: copyByteCount, alignment: 16)
        defer { buffer.deallocate() }
        let copy = try open(path, O_WRONLY | O_CREAT | O_EXCL)
        var offset: Int64 = 0
        while true {
            let count = try read(buffer, offset)
            do throws(SystemError) {
                guard count > 0 else { return try copy.synchronise() }
                try copy.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
            } catch { throw .system(error) }
            offset += Int64(count)
        }
    }
}
