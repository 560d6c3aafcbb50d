import CSQLite
import Glibc
import LinuxSystem
import Synchronization

/// Places of files that the disk does not give back: reads of SQLite's that touch one end with EIO. A place belongs to the
/// file and not to its name, as a sector does.
///
/// SQLite keeps one table of the system calls it makes for the whole process, so this is asked for every read of every
/// test; a file without such a place is read as ever.
enum BadSectors {
    private static let places = Mutex<[UInt: Range<Int64>]>([:])
    /// Files that open(2) does not open.
    private static let closed = Mutex<Set<String>>([])

    private typealias Read = @convention(c) (Int32, UnsafeMutableRawPointer?, Int, off_t) -> Int
    private typealias Open = @convention(c) (UnsafePointer<CChar>?, Int32, Int32) -> Int32

    private static let failingRead: Read = { descriptor, buffer, count, offset in
        if BadSectors.isBad(descriptor, Int64(offset), count) {
            errno = EIO
            return -1
        }
        return pread(descriptor, buffer, count, offset)
    }

    private static let failingOpen: Open = { path, flags, permissions in
        if let path, BadSectors.closed.withLock({ $0.contains(String(cString: path)) }) {
            errno = EIO
            return -1
        }
        guard let path else { return -1 }
        return Glibc.open(path, flags, mode_t(permissions))
    }

    /// Puts both into SQLite's table, once.
    private static let isInstalled: Bool = {
        guard let system = sqlite3_vfs_find(nil), let set = system.pointee.xSetSystemCall else { return false }
        let read = unsafeBitCast(failingRead, to: sqlite3_syscall_ptr.self)
        // Which of them it uses depends on how it was built.
        let codes = [set(system, "pread", read), set(system, "pread64", read)]
        return codes.contains(SQLITE_OK)
            && set(system, "open", unsafeBitCast(failingOpen, to: sqlite3_syscall_ptr.self)) == SQLITE_OK
    }()

    private static func isBad(_ descriptor: Int32, _ offset: Int64, _ count: Int) -> Bool {
        places.withLock { places in
            guard !places.isEmpty else { return false }
            var status = stat()
            guard fstat(descriptor, &status) == 0, let place = places[status.st_ino] else { return false }
            return place.overlaps(offset..<(offset + Int64(count)))
        }
    }

    private static func number(of path: String) throws -> UInt {
        var status = stat()
        guard stat(path, &status) == 0 else { throw SystemError(call: "stat", path: path, errorNumber: errno) }
        return status.st_ino
    }

    /// From now on these bytes of the file cannot be read.
    static func add(_ place: Range<Int64>, of path: String) throws {
        precondition(isInstalled, "SQLite takes no other system calls")
        let number = try number(of: path)
        places.withLock { $0[number] = place }
    }

    /// From now on the file can be read; one that has gone is nothing to care about.
    static func mend(_ path: String) throws {
        let number = try number(of: path)
        places.withLock { $0[number] = nil }
    }

    static func close(_ path: String) {
        precondition(isInstalled, "SQLite takes no other system calls")
        _ = closed.withLock { $0.insert(path) }
    }

    static func reopen(_ path: String) { _ = closed.withLock { $0.remove(path) } }
}
