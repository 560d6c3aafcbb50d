internal import LinuxSystem

/// Putting aside a database that cannot be used, so that a new one can take its place. Nothing is deleted.
enum DamagedFile {
    /// Renames the database, which nobody has open, with what SQLite keeps beside it; gives its new name.
    static func setAside(_ name: String, in directory: String) throws(StoreError) -> String {
        let newName = freeName(name, in: directory)
        do throws(SystemError) {
            for suffix in ["", "-wal", "-shm"] where isThere("\(directory)/\(name)\(suffix)") {
                try Files.rename("\(directory)/\(name)\(suffix)", to: "\(directory)/\(newName)\(suffix)")
            }
            try Files.synchroniseDirectory(directory)
        } catch { throw .system(error) }
        return newName
    }

    private static func freeName(_ name: String, in directory: String) -> String {
        var number = 1
        while isThere("\(directory)/\(name).damaged-\(number)") { number += 1 }
        return "\(name).damaged-\(number)"
    }

    /// The end of the names of copies that are to take the place of files.
    static let copySuffix = ".copy"

    /// Puts copies, one for each suffix, into the place of a database, which nobody has open, and of what SQLite keeps
    /// beside it; gives the name that the files have from now on. Until all is done each name means a file or its copy.
    static func replace(_ name: String, in directory: String, suffixes: [String]) throws(StoreError) -> String {
        let newName = freeName(name, in: directory)
        let (path, newPath) = ("\(directory)/\(name)", "\(directory)/\(newName)")
        do throws(SystemError) {
            for suffix in suffixes where isThere(path + suffix) { try Files.link(path + suffix, as: newPath + suffix) }
            // SQLite makes it anew. Whoever has the old file open goes on with this one.
            if isThere(path + "-shm") { try Files.rename(path + "-shm", to: newPath + "-shm") }
            // The database last: where closing it has folded its -wal in and removed that, the copy has not seen it.
            for suffix in suffixes.reversed() { try Files.rename(path + suffix + copySuffix, to: path + suffix) }
            try Files.synchroniseDirectory(directory)
        } catch { throw .system(error) }
        return newName
    }

    /// Whether there is something at the path, readable or not.
    static func isThere(_ path: String) -> Bool {
        do throws(SystemError) { return try Files.byteCount(path) != nil } catch { return true }
    }
}
