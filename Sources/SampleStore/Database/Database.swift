internal import CSQLite
internal import Glibc

/// One connection to an SQLite file. Not for two threads at once; its owner keeps it behind a lock.
final class Database {
    let path: String
    /// Whether what the disk does not give back of the file is taken for damaged, because it has been tried often enough
    /// (`UnreadableFiles`).
    var isUnreadableDamaged: Bool
    private let handle: OpaquePointer

    enum Mode {
        case readOnly
        /// Read without locks and without files beside it: for one that nobody writes.
        case immutable
        case readWrite
        /// Makes the file where there is none.
        case create
    }

    init(_ path: String, _ mode: Mode, isUnreadableDamaged: Bool = false) throws(StoreError) {
        self.path = path
        self.isUnreadableDamaged = isUnreadableDamaged
        let flags =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        var name = path
        if mode == .immutable { name = "file:\(Self.escaped(path))?immutable=1" }
        guard let fileSystem = CheckedFileSystem.registeredName else {
            throw .database(path: path, code: SQLITE_NOMEM, reason: "no file system with checksums")
        }
        let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, fileSystem)
        guard let opened else { throw .database(path: path, code: code, reason: "out of memory") }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(opened) }
            // Opening reads the first bytes, and answers without the extension that says what went wrong.
            throw Self.error(
                sqlite3_extended_errcode(opened), opened, path, isUnreadableDamaged: isUnreadableDamaged)
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)
        guard mode == .create else { return }
        // Room for the checksums in the pages of a file that is new; one that is there keeps what it has.
        var reserved = Int32(PageChecksum.byteCount)
        let answer = sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved)
        guard answer == SQLITE_OK else { throw error(answer) }
    }

    deinit { sqlite3_close_v2(handle) }

    /// A path as part of a URI: `%`, `?` and `#` would mean something there.
    private static func escaped(_ path: String) -> String {
        path.map { ["%": "%25", "?": "%3f", "#": "%23"][$0] ?? String($0) }.joined()
    }

    /// Runs statements without parameters and without interest in their rows.
    func execute(_ text: String) throws(StoreError) {
        let code = sqlite3_exec(handle, text, nil, nil, nil)
        if code != SQLITE_OK { throw error(code) }
    }

    func prepare(_ text: String) throws(StoreError) -> Statement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw error(code) }
        return Statement(prepared, of: self)
    }

    /// The first column of the first row as an integer, nil where there is no row or it is NULL.
    func integer(_ text: String) throws(StoreError) -> Int64? {
        let statement = try prepare(text)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// Moves what is in the -wal file into the file itself, as far as nobody is in the way, for whom it does not wait;
    /// true where that was all of it.
    func foldJournal() throws(StoreError) -> Bool {
        // Busy is no error of SQLite's here: it is in the row, with how many pages there are and how many were moved.
        let statement = try prepare("PRAGMA wal_checkpoint(PASSIVE)")
        defer { statement.reset() }
        guard try statement.step() else { return false }
        let pages = statement.integer(1)
        return statement.integer(0) == 0 && pages >= 0 && pages == statement.integer(2)
    }

    /// The least and the greatest number in a table's key, nil where it has no rows.
    func range(of key: String, in table: String) throws(StoreError) -> ClosedRange<Int64>? {
        // Two queries: SQLite looks at all rows for both at once.
        guard let least = try integer("SELECT min(\(key)) FROM \(table)"),
            let greatest = try integer("SELECT max(\(key)) FROM \(table)"), least <= greatest
        else { return nil }
        return least...greatest
    }

    /// The bytes of the file's pages, more than it can have rows.
    func byteCount() throws(StoreError) -> Int64 {
        let pages = try integer("PRAGMA page_count") ?? 0
        return pages * (try integer("PRAGMA page_size") ?? 0)
    }

    /// What SQLite has open of the database: valid during the call.
    func withFile<Result>(
        _ body: (UnsafeMutablePointer<sqlite3_file>) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file else { throw error(code) }
        return try body(file)
    }

    /// What SQLite holds of the file's pages in memory.
    var cacheByteCount: Int {
        var (used, most): (Int32, Int32) = (0, 0)
        sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_USED, &used, &most, 0)
        return Int(used)
    }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

    func error(_ code: Int32) -> StoreError {
        Self.error(code, handle, path, isUnreadableDamaged: isUnreadableDamaged)
    }

    private static func error(
        _ code: Int32, _ handle: OpaquePointer, _ path: String, isUnreadableDamaged: Bool
    ) -> StoreError {
        let words = String(cString: sqlite3_errmsg(handle))
        let systemError = sqlite3_system_errno(handle)
        // SQLite takes only ENOSPC for a full disk.
        if StoreError.unwritableCodes.contains(code), [EDQUOT, EFBIG, ENOSPC].contains(systemError) {
            return .database(
                path: path, code: SQLITE_FULL, reason: "\(words): there is no room for it (errno \(systemError))")
        }
        guard isUnreadable(code, systemError: systemError) else {
            return .database(path: path, code: code, reason: words)
        }
        return .unreadable(path, words, isDamage: isUnreadableDamaged)
    }

    /// Whether the disk has failed to give back what is in a file or in its directory entry.
    private static func isUnreadable(_ code: Int32, systemError: Int32) -> Bool {
        if CheckedFileSystem.unreadableCodes.contains(code) { return true }
        // EUCLEAN and EBADMSG are what file systems say of their own structures under the file.
        return code & 0xff == SQLITE_CANTOPEN && [EIO, EUCLEAN, EBADMSG].contains(systemError)
    }
}

extension StoreError {
    /// Whether SQLite says that the file itself is broken, or is none of ours.
    var isDamage: Bool {
        guard case .database(_, let code, _) = self else { return false }
        if code == CheckedFileSystem.damageCode { return true }
        return [SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_MISMATCH].contains(code & 0xff)
    }

    /// Whether the disk did not give back what is in the file. It may the next time.
    var isUnreadable: Bool {
        guard case .database(_, CheckedFileSystem.unreadableCode, _) = self else { return false }
        return true
    }

    /// SQLITE_IOERR_WRITE, _FSYNC and _TRUNCATE: the disk does not take what is to be in the file.
    fileprivate static let unwritableCodes = [SQLITE_IOERR | 3 << 8, SQLITE_IOERR | 4 << 8, SQLITE_IOERR | 6 << 8]

    /// Whether the file takes no writes. It may the next time; a disk that is full says something else.
    var isUnwritable: Bool {
        guard case .database(_, let code, _) = self else { return false }
        return Self.unwritableCodes.contains(code) || code & 0xff == SQLITE_READONLY
    }

    /// Whether SQLite may well succeed the next time, whatever is in the file.
    var isPassing: Bool {
        guard case .database(_, let code, _) = self else { return false }
        return [SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT].contains(code & 0xff)
    }

    static func unreadable(_ path: String, _ words: String, isDamage: Bool = false) -> StoreError {
        .database(
            path: path, code: isDamage ? CheckedFileSystem.damageCode : CheckedFileSystem.unreadableCode,
            reason: "\(words): the disk does not give back what is in the file; see the kernel's log")
    }

    static func inUse(_ path: String, _ reason: String) -> StoreError {
        .database(path: path, code: SQLITE_BUSY, reason: reason)
    }

    static func damaged(_ path: String, _ reason: String) -> StoreError {
        .database(path: path, code: SQLITE_CORRUPT, reason: reason)
    }
}
