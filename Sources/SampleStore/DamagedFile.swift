internal import LinuxSystem

/// Putting aside a database that cannot be used, so that a new one can take its place. Nothing is deleted.
enum DamagedFile {
    /// Renames the database, which nobody has open, with what SQLite keeps beside it; gives its new name.
    static func setAside(_ name: String, in directory: String) throws(StoreError) -> String {
        var number = 1
        while isThere("\(directory)/\(name).damaged-\(number)") { number += 1 }
        let newName = "\(name).damaged-\(number)"
        do throws(SystemError) {
            for suffix in ["", "-wal", "-shm"] where isThere("\(directory)/\(name)\(suffix)") {
                try Files.rename("\(directory)/\(name)\(suffix)", to: "\(directory)/\(newName)\(suffix)")
            }
            try Files.synchroniseDirectory(directory)
        } catch { throw .system(error) }
        return newName
    }

    /// Whether there is something at the path, readable or not.
    static func isThere(_ path: String) -> Bool {
        do throws(SystemError) { return try Files.byteCount(path) != nil } catch { return true }
    }
}
