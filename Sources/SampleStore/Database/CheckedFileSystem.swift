internal import CSQLite
internal import Glibc

/// The file system that the store's databases use within SQLite: the usual one, with a checksum written into each page
/// that goes to a database file and looked at in each page that comes from one.
///
/// A page that is not as it was written is never believed: reading it ends with `SQLITE_IOERR_DATA`. A file
/// without room for checksums is read as a damaged one: a flipped bit could make it look so. The -wal file has SQLite's
/// own checksums. Of both it is told apart that the disk does not give them back: left to itself SQLite makes of EIO that
/// the file is corrupt, and what passes by itself would be taken for damage.
/// Source: SQLite's documentation of `sqlite3_vfs`, `sqlite3_io_methods`.
enum CheckedFileSystem {
    private static let name = "wayside-checked"

    /// The name to open a database with, or nil where SQLite has no room for another file system. SQLite keeps one list of
    /// them for the process, so this is done once, at the first use.
    static let registeredName: String? = register()

    /// A database file as SQLite sees it; the usual file system's own file lies behind it.
    private struct CheckedFile {
        var file: sqlite3_file
        /// 0 while nothing has been written to a new file.
        var pageByteCount: Int
        /// False for a -wal file.
        let hasPages: Bool
    }

    /// Where the inner file begins: a multiple of 16, as malloc would align it.
    private static let innerOffset = (MemoryLayout<CheckedFile>.size + 15) & ~15

    private typealias File = UnsafeMutablePointer<sqlite3_file>
    private typealias Methods = UnsafePointer<sqlite3_io_methods>

    private static func register() -> String? {
        guard let usual = sqlite3_vfs_find(nil), let text = strdup(name) else { return nil }
        // SQLite keeps the address for as long as the process lives.
        let made = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        made.initialize(to: usual.pointee)
        made.pointee.zName = UnsafePointer(text)
        made.pointee.pNext = nil
        made.pointee.szOsFile = usual.pointee.szOsFile + Int32(innerOffset)
        made.pointee.xOpen = { _, path, file, flags, outFlags in CheckedFileSystem.open(path, file, flags, outFlags) }
        return sqlite3_vfs_register(made, 0) == SQLITE_OK ? name : nil
    }

    /// Made once and never changed or freed: SQLite holds its address in every open file.
    nonisolated(unsafe) private static let methods: Methods = {
        var methods = sqlite3_io_methods()
        // Version 2 has shared memory, which WAL needs, and no memory mapping, which would go round the checks.
        methods.iVersion = 2
        methods.xClose = { file in CheckedFileSystem.inner(file) { $1.pointee.xClose?($0) } }
        methods.xRead = { file, buffer, count, offset in CheckedFileSystem.read(file, buffer, count, offset) }
        methods.xWrite = { file, bytes, count, offset in CheckedFileSystem.write(file, bytes, count, offset) }
        methods.xTruncate = { file, count in CheckedFileSystem.inner(file) { $1.pointee.xTruncate?($0, count) } }
        methods.xSync = { file, flags in CheckedFileSystem.inner(file) { $1.pointee.xSync?($0, flags) } }
        methods.xFileSize = { file, size in CheckedFileSystem.inner(file) { $1.pointee.xFileSize?($0, size) } }
        methods.xLock = { file, level in CheckedFileSystem.inner(file) { $1.pointee.xLock?($0, level) } }
        methods.xUnlock = { file, level in CheckedFileSystem.inner(file) { $1.pointee.xUnlock?($0, level) } }
        methods.xCheckReservedLock = { file, result in
            CheckedFileSystem.inner(file) { $1.pointee.xCheckReservedLock?($0, result) }
        }
        methods.xFileControl = { file, code, argument in
            CheckedFileSystem.inner(file) { $1.pointee.xFileControl?($0, code, argument) }
        }
        methods.xSectorSize = { file in CheckedFileSystem.inner(file) { $1.pointee.xSectorSize?($0) } }
        methods.xDeviceCharacteristics = { file in
            CheckedFileSystem.inner(file) { $1.pointee.xDeviceCharacteristics?($0) }
        }
        methods.xShmMap = { file, page, size, extend, memory in
            CheckedFileSystem.inner(file) { $1.pointee.xShmMap?($0, page, size, extend, memory) }
        }
        methods.xShmLock = { file, offset, count, flags in
            CheckedFileSystem.inner(file) { $1.pointee.xShmLock?($0, offset, count, flags) }
        }
        methods.xShmBarrier = { file in
            _ = CheckedFileSystem.inner(file) { file, methods in
                methods.pointee.xShmBarrier?(file)
                return SQLITE_OK
            }
        }
        methods.xShmUnmap = { file, isDeleting in
            CheckedFileSystem.inner(file) { $1.pointee.xShmUnmap?($0, isDeleting) }
        }
        let kept = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        kept.initialize(to: methods)
        return UnsafePointer(kept)
    }()

    private static func inner(of file: File) -> File {
        (UnsafeMutableRawPointer(file) + innerOffset).assumingMemoryBound(to: sqlite3_file.self)
    }

    /// Hands a call on to the usual file system.
    private static func inner(_ file: File?, _ call: (File, Methods) -> Int32?) -> Int32 {
        guard let file, let methods = inner(of: file).pointee.pMethods else { return SQLITE_IOERR }
        return call(inner(of: file), methods) ?? SQLITE_IOERR
    }

    private static func state(_ file: File) -> UnsafeMutablePointer<CheckedFile> {
        UnsafeMutableRawPointer(file).assumingMemoryBound(to: CheckedFile.self)
    }

    private static func open(
        _ path: UnsafePointer<CChar>?, _ file: File?, _ flags: Int32, _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let file, let usual = sqlite3_vfs_find(nil), let open = usual.pointee.xOpen else {
            return SQLITE_CANTOPEN
        }
        // Journals and temporary files are the usual file system's own.
        guard flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL) != 0 else {
            return open(usual, path, file, flags, outFlags)
        }
        let hasPages = flags & SQLITE_OPEN_MAIN_DB != 0
        let made = state(file)
        made.initialize(
            to: CheckedFile(file: sqlite3_file(pMethods: nil), pageByteCount: 0, hasPages: hasPages))
        inner(of: file).pointee.pMethods = nil
        let code = open(usual, path, inner(of: file), flags, outFlags)
        // SQLite closes a file that could not be opened only where it has methods.
        guard code == SQLITE_OK else { return code }
        made.pointee.file.pMethods = methods
        if hasPages { readLayout(file) }
        return SQLITE_OK
    }

    /// Learns the page size from the file's start; a new file has none yet.
    private static func readLayout(_ file: File) {
        withUnsafeTemporaryAllocation(byteCount: 100, alignment: 16) { start in
            let code = inner(file) { $1.pointee.xRead?($0, start.baseAddress, 100, 0) }
            guard code == SQLITE_OK else { return }
            learn(file, UnsafeRawBufferPointer(start))
        }
    }

    private static func learn(_ file: File, _ start: UnsafeRawBufferPointer) {
        state(file).pointee.pageByteCount = PageChecksum.pageByteCount(start) ?? 0
    }

    private static func read(
        _ file: File?, _ buffer: UnsafeMutableRawPointer?, _ count: Int32, _ offset: sqlite3_int64
    ) -> Int32 {
        let code = inner(file) { $1.pointee.xRead?($0, buffer, count, offset) }
        // SQLITE_IOERR_CORRUPTFS, with which SQLite would end a statement as with SQLITE_CORRUPT.
        if code == SQLITE_IOERR | 33 << 8 { return unreadableCode }
        guard let file, state(file).pointee.hasPages else { return code }
        // Behind its end a file is zeros, says SQLite, and so it would be inside a page of which the end is missing.
        if code == shortReadCode, count >= 512 { return endsBehind(file, offset) ? CheckedFileSystem.damageCode : code }
        guard code == SQLITE_OK, let buffer else { return code }
        let page = UnsafeRawBufferPointer(start: buffer, count: Int(count))
        // Less than a page is only ever the file's header, and the page it is of is read whole before it is used.
        guard count >= 512 else { return code }
        // Another connection may have begun the file since it was opened.
        if state(file).pointee.pageByteCount == 0 { readLayout(file) }
        // Of a new file SQLite may read pages again before it has written the first one, which says how long they are:
        // where memory is short they go to the file and come back. The checksum decides all the same.
        let pageByteCount = state(file).pointee.pageByteCount
        guard pageByteCount == 0 || Int(count) == pageByteCount, offset % Int64(count) == 0,
            let number = UInt32(exactly: offset / Int64(count) + 1), PageChecksum.isRight(page, number: number)
        else { return CheckedFileSystem.damageCode }
        return code
    }

    /// The size of a database file that SQLite has open, nil where it does not say.
    static func byteCount(_ file: UnsafeMutablePointer<sqlite3_file>) -> Int64? {
        var byteCount: sqlite3_int64 = 0
        return inner(file) { $1.pointee.xFileSize?($0, &byteCount) } == SQLITE_OK ? byteCount : nil
    }

    /// Fills the buffer with bytes of a database file as they are on disk, right or wrong, by the descriptor that SQLite
    /// has open. All of them must be there. SQLite's code.
    static func readAsIs(
        _ file: UnsafeMutablePointer<sqlite3_file>, into buffer: UnsafeMutableRawBufferPointer, at offset: Int64
    ) -> Int32 {
        inner(file) { $1.pointee.xRead?($0, buffer.baseAddress, Int32(buffer.count), offset) }
    }

    /// Whether the file has bytes at the place or behind it; true where it does not say.
    private static func endsBehind(_ file: File?, _ offset: sqlite3_int64) -> Bool {
        var byteCount: sqlite3_int64 = 0
        let code = inner(file) { $1.pointee.xFileSize?($0, &byteCount) }
        return code != SQLITE_OK || byteCount > offset
    }

    private static func write(
        _ file: File?, _ bytes: UnsafeRawPointer?, _ count: Int32, _ offset: sqlite3_int64
    ) -> Int32 {
        guard let file, let bytes else { return SQLITE_IOERR }
        guard state(file).pointee.hasPages else { return inner(file) { $1.pointee.xWrite?($0, bytes, count, offset) } }
        let given = UnsafeRawBufferPointer(start: bytes, count: Int(count))
        if offset == 0 {
            learn(file, given)
        } else if count >= 512, state(file).pointee.pageByteCount == 0 {
            // A new file whose cache overflows before its first page is written: all that is written is pages.
            readLayout(file)
            if state(file).pointee.pageByteCount == 0 { state(file).pointee.pageByteCount = Int(count) }
        }
        guard count >= 512, offset % Int64(count) == 0,
            let number = UInt32(exactly: offset / Int64(count) + 1)
        else { return inner(file) { $1.pointee.xWrite?($0, bytes, count, offset) } }
        // SQLite's own page is left as it is: it is not this function's to change.
        return withUnsafeTemporaryAllocation(byteCount: Int(count), alignment: 16) { page in
            page.copyMemory(from: given)
            PageChecksum.write(to: page, number: number)
            return inner(file) { $1.pointee.xWrite?($0, page.baseAddress, count, offset) }
        }
    }

    /// SQLITE_IOERR_SHORT_READ: the file ends before the bytes asked for do.
    private static let shortReadCode = SQLITE_IOERR | 2 << 8

    /// SQLITE_IOERR_READ: the disk does not give back what is in the file.
    static let unreadableCode = SQLITE_IOERR | 1 << 8

    /// The same and SQLITE_IOERR_FSTAT, _CORRUPTFS and _IN_PAGE: the file could not be read, for whatever reason of the
    /// system's.
    static let unreadableCodes = [
        unreadableCode, SQLITE_IOERR | 7 << 8, SQLITE_IOERR | 33 << 8, SQLITE_IOERR | 34 << 8,
    ]

    /// SQLITE_IOERR_DATA, which C spells as an expression: a checksum is wrong.
    static let damageCode = SQLITE_IOERR | 32 << 8
}
