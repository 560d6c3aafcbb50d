internal import CSQLite

/// A prepared statement of a `Database`, which it keeps open. Parameters and columns count from 1 and from 0, as in C.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ handle: OpaquePointer, of database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    /// SQLite copies what is bound, so the bytes need not outlive the call.
    private static let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    func bind(_ position: Int32, _ value: Int64) throws(StoreError) {
        try check(sqlite3_bind_int64(handle, position, value))
    }

    func bind(_ position: Int32, _ text: String) throws(StoreError) {
        var text = text
        // A byte more, so that there is an address for the empty text as well.
        text.append("\0")
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(handle, position, $0.baseAddress, Int32($0.count - 1), Self.copies)
            }
        }
        try check(code)
    }

    func bindNull(_ position: Int32) throws(StoreError) {
        try check(sqlite3_bind_null(handle, position))
    }

    func bind(_ position: Int32, blob bytes: [UInt8]) throws(StoreError) {
        try check(
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(handle, position, 0)
                : sqlite3_bind_blob(handle, position, bytes, Int32(bytes.count), Self.copies))
    }

    /// Goes to the next row; false, and the statement is ready to be used again, where there is none.
    func step() throws(StoreError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(handle)
        if code != SQLITE_DONE { throw database.error(code) }
        return false
    }

    /// For statements without rows.
    func run() throws(StoreError) {
        while try step() {}
    }

    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String { withBytes(column) { String(decoding: $0, as: UTF8.self) } }

    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The bytes of a blob or a text, valid during the call.
    func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        // The pointer must be asked for before the length.
        let start = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func check(_ code: Int32) throws(StoreError) {
        if code != SQLITE_OK { throw database.error(code) }
    }
}
