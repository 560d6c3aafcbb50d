internal import CSQLite

/// The bytes of a database's file as they are on disk, read by the descriptor that SQLite has open.
///
/// Never by one of our own: where a process closes any descriptor of a file, the kernel takes from it all POSIX locks on
/// that file, SQLite's among them, and another process may then fold the journal in and delete it under a hub that
/// writes to it. (SQLite's documentation, "How to corrupt an SQLite database file", 2.2.)
struct DatabaseBytes {
    private let database: Database
    let byteCount: Int64

    init(_ database: Database) throws(StoreError) {
        self.database = database
        let byteCount = try database.withFile { CheckedFileSystem.byteCount($0) }
        guard let byteCount else { throw .database(path: database.path, code: SQLITE_IOERR, reason: "no size") }
        self.byteCount = byteCount
    }

    /// Fills the buffer from `offset` on as far as the file went when this value was made; how many bytes that were.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(StoreError) -> Int {
        let count = Int(min(Int64(buffer.count), max(byteCount - offset, 0)))
        guard count > 0 else { return 0 }
        let code = try database.withFile { file in
            CheckedFileSystem.readAsIs(
                file, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: offset)
        }
        guard code == SQLITE_OK else {
            let what = "cannot read \(count) bytes at \(offset)"
            guard CheckedFileSystem.unreadableCodes.contains(code) else {
                throw .database(path: database.path, code: code, reason: what)
            }
            throw .unreadable(database.path, what)
        }
        return count
    }
}
