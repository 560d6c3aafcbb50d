import Testing

@testable import SampleStore

@Suite struct CheckedPagesTests {
    /// Without a journal SQLite writes pages out while the cache is too small for them, the first page last, and may read
    /// them back before that.
    @Test func aNewFileWhosePagesAreReadBackBeforeItsFirstIsWritten() throws {
        let test = try TestStore()
        defer { withExtendedLifetime(test) {} }
        let database = try Database(test.directory + "/new.db", .create)
        try database.execute(
            """
            PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA cache_size = 8; BEGIN;
            CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
            INSERT INTO t SELECT i, hex(zeroblob(100)) FROM n;
            """)
        #expect(try database.integer("SELECT sum(length(text)) FROM t") == 800_000)
        try database.execute("COMMIT")
        #expect(try database.integer("SELECT count(*) FROM t WHERE id > 10") == 3990)
    }
}
