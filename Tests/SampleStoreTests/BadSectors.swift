import CSQLite
import Glibc
import LinuxSystem
import Synchronization

/// Places of files that the disk does not give back: reads of SQLite's that touch one end with EIO. A place belongs to the
/// file and not to its name, as a sector does. And files that take no writes: they end with EIO too.
///
/// SQLite keeps one table of the system calls it makes for the whole process, so this is asked for every read of every
/// test; a file without such a place is read as ever.
enum BadSectors {
    private static let places = Mutex<[UInt: Range<Int64>]>([:])
    /// Files that open(2) does not open.
    private static let closed = Mutex<Set<String>>([])

    /// Files that take no writes.
    private static let hard = Mutex<Set<UInt>>([])

    /// A file that takes no writes. It is held, so that no other gets its number, by a descriptor that has no part in the
    /// file's locks.
    struct Hard {
        fileprivate let number: UInt
        fileprivate let descriptor: Int32
    }

    private typealias Write = @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int
    private typealias Truncate = @convention(c) (Int32, off_t) -> Int32
    private typealias Read = @convention(c) (Int32, UnsafeMutableRawPointer?, Int, off_t) -> Int
    private typealias Open = @convention(c) (UnsafePointer<CChar>?, Int32, Int32) -> Int32

    private static let failingRead: Read = { descriptor, buffer, count, offset in
        if BadSectors.isBad(descriptor, Int64(offset), count) {
            errno = EIO
            return -1
        }
        return pread(descriptor, buffer, count, offset)
    }

    private static let failingWrite: Write = { descriptor, bytes, count, offset in
        if BadSectors.isHard(descriptor) {
            errno = EIO
            return -1
        }
        return pwrite(descriptor, bytes, count, offset)
    }

    private static let failingTruncate: Truncate = { descriptor, count in
        if BadSectors.isHard(descriptor) {
            errno = EIO
            return -1
        }
        return ftruncate(descriptor, count)
    }

    private static let failingOpen: Open = { path, flags, permissions in
        if let path, BadSectors.closed.withLock({ $0.contains(String(cString: path)) }) {
            errno = EIO
            return -1
        }
        guard let path else { return -1 }
        return Glibc.open(path, flags, mode_t(permissions))
    }

    /// Puts them into SQLite's table, once.
    private static let isInstalled: Bool = {
        guard let system = sqlite3_vfs_find(nil), let set = system.pointee.xSetSystemCall else { return false }
        let read = unsafeBitCast(failingRead, to: sqlite3_syscall_ptr.self)
        // Which of them it uses depends on how it was built.
        let codes = [set(system, "pread", read), set(system, "pread64", read)]
        let write = unsafeBitCast(failingWrite, to: sqlite3_syscall_ptr.self)
        let writes = [set(system, "pwrite", write), set(system, "pwrite64", write)]
        return codes.contains(SQLITE_OK) && writes.contains(SQLITE_OK)
            && set(system, "ftruncate", unsafeBitCast(failingTruncate, to: sqlite3_syscall_ptr.self)) == SQLITE_OK
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

    private static func isHard(_ descriptor: Int32) -> Bool {
        hard.withLock { hard in
            guard !hard.isEmpty else { return false }
            var status = stat()
            return fstat(descriptor, &status) == 0 && hard.contains(status.st_ino)
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

    /// O_PATH, which Glibc's module leaves out.
    private static let pathOnly: Int32 = 0o10000000

    /// From now on the file takes no writes, until `soften`.
    static func harden(_ path: String) throws -> Hard {
        precondition(isInstalled, "SQLite takes no other system calls")
        let descriptor = Glibc.open(path, Self.pathOnly | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(call: "open", path: path, errorNumber: errno) }
        let number = try number(of: path)
        _ = hard.withLock { $0.insert(number) }
        return Hard(number: number, descriptor: descriptor)
    }

    static func soften(_ file: Hard) {
        _ = hard.withLock { $0.remove(file.number) }
        Glibc.close(file.descriptor)
    }

    static func close(_ path: String) {
        precondition(isInstalled, "SQLite takes no other system calls")
        _ = closed.withLock { $0.insert(path) }
    }

    static func reopen(_ path: String) { _ = closed.withLock { $0.remove(path) } }
}
