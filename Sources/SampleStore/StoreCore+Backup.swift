internal import Glibc
internal import LinuxSystem
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
            do throws(SystemError) {
                try Self.copy(directory, HubDatabase.fileName, to: partial)
                // The log has no directory before its first record.
                for name in Files.isDirectory(logPath) ? try Files.list(logPath) : [] {
                    try Self.copy(logPath, name, to: partial + "/" + Self.logDirectory)
                }
            } catch { throw .system(error) }
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
        try hub.withLock { _ throws(StoreError) in
            // Retention may have deleted it since the days were listed.
            guard Files.exists(path) else { return }
            var names = [day.fileName]
            // Open until the copy is made: whoever is the last to close the file folds its -wal in and removes it.
            var connection: Database?
            defer { withExtendedLifetime(connection) {} }
            if Files.exists(path + "-wal") {
                // A rewrite that reads the day, or another process, may keep some of the -wal from going into the
                // file. A damaged file is copied as it is.
                var isFolded = false
                do throws(StoreError) {
                    let database = try Database(path, .readWrite)
                    connection = database
                    try catalog.exclusively(day) { () throws(StoreError) in isFolded = try database.foldJournal() }
                } catch {
                    guard error.isDamage else { throw error }
                }
                if !isFolded { names.append(day.fileName + "-wal") }
            }
            do throws(SystemError) {
                for name in names where Files.exists(directory + "/" + name) {
                    try Self.copy(directory, name, to: target)
                }
            } catch { throw .system(error) }
        }
    }

    private static func copy(_ directory: String, _ name: String, to target: String) throws(SystemError) {
        let source = try FileDescriptor(opening: directory + "/" + name)
        let copy = try FileDescriptor(opening: target + "/" + name, O_WRONLY | O_CREAT | O_EXCL)
        var buffer = [UInt8](repeating: 0, count: copyByteCount)
        var offset: Int64 = 0
        while true {
            var failure: SystemError?
            let count = buffer.withUnsafeMutableBytes { bytes in
                do throws(SystemError) {
                    let count = try source.read(into: bytes, at: offset)
                    try copy.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
                    return count
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard count > 0 else { break }
            offset += Int64(count)
        }
        try copy.synchronise()
    }
}
